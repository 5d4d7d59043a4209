import * as z from 'zod';

import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import { invalidValue } from './refusals.ts';
import { pathsWhere, ResourceName } from './resource.ts';

const ResourcePolicy = z.looseObject({
  name: ResourceName,
  groupPlacementPolicy: z
    .looseObject({
      vmCount: z
        .number()
        .int()
        .min(1, 'vmCount must be at least 1.')
        .max(1500, 'vmCount must be at most 1500.')
        .optional(),
      collocation: z.enum(['COLLOCATED', 'UNSPECIFIED_COLLOCATION']).optional(),
    })
    .optional(),
});

// A policy is exactly one of these: https://cloud.google.com/compute/docs/reference/rest/v1/resourcePolicies
const policies = [
  'groupPlacementPolicy',
  'workloadPolicy',
  'snapshotSchedulePolicy',
  'instanceSchedulePolicy',
  'diskConsistencyGroupPolicy',
];

/** https://cloud.google.com/compute/docs/reference/rest/v1/resourcePolicies */
export const resourcePolicies: Part = collection({
  collection: 'resourcePolicies',
  kind: 'compute#resourcePolicy',
  noun: 'resource_policy',
  scope: 'region',
  quota: 'RESOURCE_POLICIES',
  body: ResourcePolicy,
  make(body) {
    const given = policies.filter((policy) => body[policy] !== undefined);
    if (given.length > 1) throw invalidValue('resource', given.join(', '), 'Exactly one policy must be specified.');
    return { status: 'READY' };
  },
  patch: (old, body) => mergePatch(old, body) as object,
  *users({ store }, path, policy) {
    yield* pathsWhere(store, 'instances', path, (one) =>
      ((one['resourcePolicies'] ?? []) as string[]).includes(policy.selfLink),
    );
    yield* pathsWhere(store, 'instanceGroupManagers', path, (group) => {
      const { workloadPolicy } = (group['resourcePolicies'] ?? {}) as { workloadPolicy?: string };
      return workloadPolicy === policy.selfLink;
    });
  },
});
