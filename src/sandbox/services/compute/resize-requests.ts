import * as z from 'zod';

import { asOperationError } from '../../operation-error.ts';
import type { OperationError } from '../../operation-error.ts';
import { ApiError, publicPart } from '../../service.ts';
import type { World } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { operate, resourcePath } from './operate.ts';
import type { Part } from './collection.ts';
import { membersOf, newName, slotsOf, zoneOf } from './group.ts';
import type { Group } from './group.ts';
import { planMembers, refusalNow, startMember } from './group-fill.ts';
import { siteOf } from './instance-life.ts';
import { Duration } from './instance-properties.ts';
import { listReply } from './pages.ts';
import { pathOfLink, regionOf, selfLink } from './path.ts';
import { prune } from './prune.ts';
import { openQuotaBook } from './quota.ts';
import { alreadyExists } from './refusals.ts';
import { find, parseBody, ResourceName } from './resource.ts';
import type { Resource } from './resource.ts';
import { timestamp } from './time.ts';

const Body = z.looseObject({
  name: ResourceName,
  resizeBy: z.number().int().min(1),
  requestedRunDuration: Duration.optional(),
});

interface ResizeRequest extends Resource {
  resizeBy: number;
  requestedRunDuration?: { seconds: string };
  state: 'ACCEPTED' | 'CREATING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
}

const kind = 'resizeRequests';
const base = '/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers/{name}/resizeRequests';

// How often a request that waits in line is looked at again.
const retryEvery = 1_000;

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagerResizeRequests — all machines or none. */
export const resizeRequests: Part = {
  routes: {
    [`POST ${base}`]: method('compute.instanceGroupManagers.update', insert),
    [`GET ${base}`]: method('compute.instanceGroupManagers.get', (call) => {
      const { path } = groupHere(call);
      return listReply(
        call.request,
        'compute#instanceGroupManagerResizeRequest',
        `${path}/${kind}`,
        call.store.list<object>(kind, `${path}/`),
      );
    }),
    [`GET ${base}/{request}`]: method('compute.instanceGroupManagers.get', (call) => publicPart(requestHere(call))),
    [`DELETE ${base}/{request}`]: method('compute.instanceGroupManagers.update', remove),
    [`POST ${base}/{request}/cancel`]: method('compute.instanceGroupManagers.update', cancel),
  },
  effects: {
    'compute.resizeRequests.try': attempt,
    'compute.resizeRequests.remove': ({ store }: World, { path }: { path: string }) => store.delete(kind, path),
  },
};

function insert(call: Call): object {
  const { path: groupPath } = groupHere(call);
  const body = parseBody(Body, prune(call.request.body ?? {}));
  const path = `${groupPath}/${kind}/${body.name}`;
  if (call.store.get(kind, path)) throw alreadyExists(path);
  const { requestedRunDuration, ...rest } = body;
  const request: ResizeRequest = {
    kind: 'compute#instanceGroupManagerResizeRequest',
    id: call.store.nextId(),
    creationTimestamp: timestamp(call.now),
    ...rest,
    ...(requestedRunDuration
      ? { requestedRunDuration: { ...requestedRunDuration, seconds: String(requestedRunDuration.seconds) } }
      : {}),
    state: 'ACCEPTED',
    zone: selfLink(call.parent),
    selfLink: selfLink(path),
  };
  call.store.put(kind, path, request);
  return operate(call, 'insert', request, { name: 'compute.resizeRequests.try', args: { path } });
}

function attempt(world: World, { path }: { path: string }): void {
  const request = world.store.get<ResizeRequest>(kind, path);
  const groupPath = path.split(`/${kind}/`)[0] ?? '';
  const group = world.store.get<Group>('instanceGroupManagers', groupPath);
  if (!request || !group || group._deleting || request.state !== 'ACCEPTED') return;
  const refused = makeAll(world, groupPath, group, request);
  if (!refused) {
    world.store.put(kind, path, { ...request, state: 'SUCCEEDED', status: undefined });
    return;
  }
  const { code, message, details } = refused;
  const error = { errors: [{ code, message, ...(details.length > 0 ? { errorDetails: details } : {}) }] };
  world.store.put(kind, path, { ...request, status: { lastAttempt: { error } } });
  world.tasks.after(retryEvery, 'compute.resizeRequests.try', { path });
}

function makeAll(world: World, groupPath: string, group: Group, request: ResizeRequest): OperationError | undefined {
  const site = siteOf(world, groupPath);
  const zone = zoneOf(groupPath);
  try {
    const plan = planMembers(site, groupPath, group, request.requestedRunDuration?.seconds);
    const book = openQuotaBook(world, site.project, regionOf(`zones/${zone}`));
    for (let asked = 0; asked < request.resizeBy; asked += 1) {
      const refused = refusalNow(world, site, zone, plan, book);
      if (refused) return refused;
    }
    const taken = new Set(
      [...membersOf(world.store, groupPath, group), ...slotsOf(world.store, groupPath)].map(({ name }) => name),
    );
    world.store.put('instanceGroupManagers', groupPath, { ...group, targetSize: group.targetSize + request.resizeBy });
    for (let made = 0; made < request.resizeBy; made += 1) {
      const name = newName(taken, group.baseInstanceName);
      taken.add(name);
      startMember(world, site, groupPath, group, { name, action: 'CREATING', attempts: 0 }, plan);
    }
    return undefined;
  } catch (error) {
    return asOperationError(error);
  }
}

function cancel(call: Call): object {
  const request = requestHere(call);
  if (request.state !== 'ACCEPTED') throw notInState(request, 'cancelled');
  call.store.put(kind, requestPath(call), { ...request, state: 'CANCELLED' });
  return operate(call, 'compute.instanceGroupManagerResizeRequests.cancel', request);
}

function remove(call: Call): object {
  const request = requestHere(call);
  if (request.state === 'ACCEPTED' || request.state === 'CREATING') throw notInState(request, 'deleted');
  return operate(call, 'delete', request, { name: 'compute.resizeRequests.remove', args: { path: requestPath(call) } });
}

function notInState({ name, state }: ResizeRequest, what: string): ApiError {
  return new ApiError(400, 'invalid', `Resize request '${name}' cannot be ${what} in state ${state}.`);
}

function groupHere(call: Call): { group: Group; path: string } {
  const group = find<Group>(call.store, 'instanceGroupManagers', resourcePath(call, 'instanceGroupManagers'));
  return { group, path: pathOfLink(group.selfLink) };
}

function requestPath(call: Call): string {
  return `${groupHere(call).path}/${kind}/${call.request.params['request'] ?? ''}`;
}

function requestHere(call: Call): ResizeRequest {
  return find<ResizeRequest>(call.store, kind, requestPath(call));
}
