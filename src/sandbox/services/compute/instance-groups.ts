import * as z from 'zod';

import { method } from './call.ts';
import type { Call, Scope } from './call.ts';
import type { Part } from './collection.ts';
import { fingerprint } from './fingerprint.ts';
import { membersOf } from './group.ts';
import type { Group } from './group.ts';
import { operate } from './operate.ts';
import { aggregatedReply, listReply, page } from './pages.ts';
import { pathOfLink } from './path.ts';
import { prune } from './prune.ts';
import { checkFingerprint, find, parseBody, ResourceName } from './resource.ts';
import { zoneNames } from './zones.ts';

const NamedPorts = z.looseObject({
  namedPorts: z.array(z.looseObject({ name: ResourceName, port: z.number().int().min(1).max(65_535) })).default([]),
  fingerprint: z.string().optional(),
});

const base = '/compute/v1/projects/{project}/zones/{zone}/instanceGroups';

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroups — those behind managed groups: only their named ports can be set. */
export const instanceGroups: Part = {
  routes: {
    [`GET ${base}`]: method('compute.instanceGroups.list', (call) =>
      listReply(
        call.request,
        'compute#instanceGroup',
        `${call.parent}/instanceGroups`,
        groupsIn(call, call.parent).map((group) => shown(call, group)),
      ),
    ),
    [`GET ${base}/{name}`]: method('compute.instanceGroups.get', (call) => shown(call, managerHere(call))),
    [`POST ${base}/{name}/listInstances`]: method('compute.instanceGroups.list', listInstances),
    [`POST ${base}/{name}/setNamedPorts`]: method('compute.instanceGroups.update', setNamedPorts),
    'GET /compute/v1/projects/{project}/aggregated/instanceGroups': method('compute.instanceGroups.list', aggregate),
    // Groups have no autoscaler here; gcloud asks for it all the same.
    'GET /compute/v1/projects/{project}/aggregated/autoscalers': method('compute.autoscalers.list', (call) =>
      aggregatedReply(
        call.request,
        { kind: 'compute#autoscaler', collection: 'autoscalers', project: call.project.projectId, scopes },
        [],
      ),
    ),
    'GET /compute/v1/projects/{project}/zones/{zone}/autoscalers': method('compute.autoscalers.list', (call) =>
      listReply(call.request, 'compute#autoscaler', `${call.parent}/autoscalers`, []),
    ),
  },
};

const scopes = zoneNames.map((zone) => `zones/${zone}`);

function groupsIn(call: Call, parent: string): Group[] {
  return call.store.list<Group>('instanceGroupManagers', `${parent}/`);
}

function managerHere(call: Call): Group {
  const path = `${call.parent}/instanceGroupManagers/${call.request.params['name'] ?? ''}`;
  return find<Group>(call.store, 'instanceGroupManagers', path);
}

function shown(call: Call, group: Group): object {
  const path = managerPath(group);
  const [first] = membersOf(call.store, path, group);
  const [nic] = (first?.['networkInterfaces'] ?? []) as { network?: string; subnetwork?: string }[];
  return {
    kind: 'compute#instanceGroup',
    id: group.id,
    creationTimestamp: group.creationTimestamp,
    name: group.name,
    description: `This instance group is controlled by Instance Group Manager '${group.name}'. To modify instances in this group, use the Instance Group Manager API: https://cloud.google.com/compute/docs/reference/latest/instanceGroupManagers`,
    ...(nic ? { network: nic.network, subnetwork: nic.subnetwork } : {}),
    ...(group['namedPorts'] ? { namedPorts: group['namedPorts'] } : {}),
    fingerprint: portsFingerprint(group),
    zone: group.zone,
    selfLink: groupLink(group),
    size: membersOf(call.store, path, group).length,
  };
}

function listInstances(call: Call): object {
  const group = managerHere(call);
  const members = membersOf(call.store, managerPath(group), group).map(({ selfLink: instance, status }) => ({
    instance,
    status,
  }));
  const { items, nextPageToken } = page(call.request, members);
  return {
    kind: 'compute#instanceGroupsListInstances',
    ...(items.length > 0 ? { items } : {}),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

// The manager shows them too: https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroups/setNamedPorts
function setNamedPorts(call: Call): object {
  const group = managerHere(call);
  const body = parseBody(NamedPorts, prune(call.request.body ?? {}), 'instanceGroupsSetNamedPortsRequest');
  if (body.fingerprint !== undefined) checkFingerprint(body.fingerprint, portsFingerprint(group));
  call.store.put('instanceGroupManagers', managerPath(group), prune({ ...group, namedPorts: body.namedPorts }));
  return operate(call, 'setNamedPorts', { selfLink: groupLink(group), id: group.id });
}

function portsFingerprint(group: Group): string {
  return fingerprint(group['namedPorts'] ?? []);
}

function aggregate(call: Call): object {
  const { projectId: project } = call.project;
  const values = groupsIn(call, `projects/${project}`).map(
    (group) => [managerPath(group).split('/').slice(2, 4).join('/') as Scope, shown(call, group)] as const,
  );
  return aggregatedReply(
    call.request,
    { kind: 'compute#instanceGroup', collection: 'instanceGroups', project, scopes },
    values,
  );
}

function groupLink(group: Group): string {
  return group.selfLink.replace('/instanceGroupManagers/', '/instanceGroups/');
}

function managerPath(group: Group): string {
  return pathOfLink(group.selfLink);
}
