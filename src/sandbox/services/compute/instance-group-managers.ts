import * as z from 'zod';

import type { World } from '../../service.ts';
import { requirePermission } from './call.ts';
import type { Call } from './call.ts';
import { collection } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import type { Part } from './collection.ts';
import { fingerprint } from './fingerprint.ts';
import { groupActions } from './group-actions.ts';
import { membersOf, templateOf } from './group.ts';
import type { Group } from './group.ts';
import { reconcile } from './group-reconcile.ts';
import { groupStatus } from './group-status.ts';
import { forget } from './instance-life.ts';
import { requireForMachines } from './machine-permissions.ts';
import { managedInstances } from './managed-instances.ts';
import { pathOfLink, regionOf, selfLink } from './path.ts';
import { link, parseBody, reference, ResourceName } from './resource.ts';
import { resizeRequests } from './resize-requests.ts';

const Share = z.looseObject({ fixed: z.number().int().nullish(), percent: z.number().int().nullish() });
const Version = z.looseObject({
  name: z.string().optional(),
  instanceTemplate: z.string(),
  targetSize: Share.optional(),
});
const UpdatePolicy = z.looseObject({
  type: z.enum(['OPPORTUNISTIC', 'PROACTIVE']).default('OPPORTUNISTIC'),
  minimalAction: z.enum(['NONE', 'REFRESH', 'RESTART', 'REPLACE']).default('REPLACE'),
  mostDisruptiveAllowedAction: z.enum(['NONE', 'REFRESH', 'RESTART', 'REPLACE']).optional(),
  replacementMethod: z.enum(['RECREATE', 'SUBSTITUTE']).default('SUBSTITUTE'),
  maxSurge: Share.default({ fixed: 1 }),
  maxUnavailable: Share.default({ fixed: 1 }),
});
const GroupBody = z.looseObject({
  name: ResourceName,
  baseInstanceName: z
    .string()
    .regex(/^[a-z]([-a-z0-9]{0,57}[a-z0-9])?$/, 'Must be a valid base instance name.')
    .optional(),
  instanceTemplate: z.string().optional(),
  versions: z.array(Version).optional(),
  targetSize: z.number().int().min(0),
  updatePolicy: UpdatePolicy.prefault({}),
  instanceLifecyclePolicy: z
    .looseObject({ defaultActionOnFailure: z.enum(['REPAIR', 'DO_NOTHING']).default('REPAIR') })
    .prefault({}),
  resourcePolicies: z.looseObject({ workloadPolicy: z.string().optional() }).optional(),
});

const shape = collection({
  collection: 'instanceGroupManagers',
  kind: 'compute#instanceGroupManager',
  noun: 'instance_group_manager',
  scope: 'zone',
  quota: 'INSTANCE_GROUP_MANAGERS',
  body: GroupBody,
  make(body, call, path) {
    const group = completed(body, call, path);
    requirePermission(call, 'compute.instanceTemplates.useReadOnly');
    if (body.resourcePolicies?.workloadPolicy) requirePermission(call, 'compute.resourcePolicies.use');
    requireForMachines(call, templateOf(call.store, group as Group)?.properties ?? {});
    return group;
  },
  ready: (world, path) => reconcile(world, { path }),
  show: (group, call) => groupStatus(call.store, group as Group),
  patch(old, body, call) {
    const merged = mergePatch(old, { ...body, fingerprint: undefined });
    return completed(parseBody(GroupBody, merged), call, pathOfLink(old.selfLink));
  },
  patched: (path) => ({ name: 'compute.groups.reconcile', args: { path } }),
  removing({ store }, path, group) {
    store.put('instanceGroupManagers', path, { ...group, _deleting: true });
  },
  removed: removeMembers,
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers */
export const instanceGroupManagers: Part = {
  ...shape,
  routes: { ...shape.routes, ...groupActions, ...managedInstances, ...resizeRequests.routes },
  effects: { ...shape.effects, ...resizeRequests.effects, 'compute.groups.reconcile': reconcile },
};

function completed(body: z.output<typeof GroupBody>, call: Call, path: string): object {
  const asked = body.versions ?? [{ instanceTemplate: body.instanceTemplate ?? '' }];
  const versions = asked.map((version) => ({
    ...version,
    instanceTemplate: reference(call, 'instanceTemplates', version.instanceTemplate),
    targetSize: { ...version.targetSize, calculated: body.targetSize },
  }));
  const { workloadPolicy } = body.resourcePolicies ?? {};
  const fields = {
    ...body,
    baseInstanceName: body.baseInstanceName ?? body.name,
    instanceTemplate: versions[0]?.instanceTemplate,
    versions,
    updatePolicy: {
      ...body.updatePolicy,
      maxSurge: calculated(body.updatePolicy.maxSurge, body.targetSize),
      maxUnavailable: calculated(body.updatePolicy.maxUnavailable, body.targetSize),
    },
    instanceLifecyclePolicy: { forceUpdateOnRepair: 'NO', ...body.instanceLifecyclePolicy },
    listManagedInstancesResults: body['listManagedInstancesResults'] ?? 'PAGELESS',
    ...(workloadPolicy === undefined
      ? { resourcePolicies: undefined }
      : {
          resourcePolicies: {
            workloadPolicy: link(call, 'resourcePolicies', workloadPolicy, `regions/${regionOf(call.scope)}`),
          },
        }),
    instanceGroup: selfLink(path.replace('/instanceGroupManagers/', '/instanceGroups/')),
  };
  return { ...fields, fingerprint: fingerprint(fields) };
}

function calculated(share: z.output<typeof Share>, size: number): object {
  const { fixed, percent } = share;
  return { ...share, calculated: fixed ?? Math.floor(((percent ?? 0) * size) / 100) };
}

function removeMembers(world: World, path: string, group: object): void {
  for (const instance of membersOf(world.store, path, group as Group))
    forget(world, pathOfLink(instance.selfLink), instance);
  for (const kind of ['groupSlots', 'groupErrors', 'resizeRequests']) {
    for (const [key] of world.store.entries(kind, `${path}/`)) world.store.delete(kind, key);
  }
  world.store.delete('groupWakes', path);
}
