import * as z from 'zod';

import { ApiError, publicPart } from '../../service.ts';
import type { Request } from '../../service.ts';
import { authorize, mayAccess } from './access.ts';
import { findBucket } from './bucket.ts';
import type { Bucket } from './bucket.ts';
import { parseCondition } from './condition.ts';
import { bucketPolicy, policyEtag } from './policy.ts';
import type { Binding, BucketPolicy } from './policy.ts';

const member =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|deleted:\w+):[^@\s]+@[^@\s]+|domain:\S+|principal(Set)?:\S+|project(Owner|Editor|Viewer):\S+)$/;

/** The body of `setIamPolicy`. */
export const PolicyBody = z.object({
  version: z.number().int().default(1),
  etag: z.string().nullish(),
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).default([]),
        condition: z
          .object({ title: z.string().optional(), description: z.string().optional(), expression: z.string() })
          .optional(),
      }),
    )
    .default([]),
});

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy */
export function getBucketPolicy(request: Request): object {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.buckets.getIamPolicy');
  return view(bucket, bucketPolicy(request.store, bucket));
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy: refuses a stale etag with 412. */
export function setBucketPolicy(request: Request & { body: z.output<typeof PolicyBody> }): object {
  const { store, body } = request;
  const bucket = findBucket(store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.buckets.setIamPolicy');
  const present = bucketPolicy(store, bucket);
  if (body.etag && body.etag !== policyEtag(present)) {
    throw new ApiError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
  }
  const bindings = body.bindings.filter(({ members }) => members.length > 0);
  for (const binding of bindings) checkBinding(request, bucket, binding, body.version);
  const policy: BucketPolicy = { version: body.version, bindings, _changes: present._changes + 1 };
  store.put('bucketPolicies', bucket.name, policy);
  return view(bucket, policy);
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions */
export function testBucketPermissions(request: Request): object {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  const asked = request.search.getAll('permissions');
  const permissions = asked.filter((permission) => mayAccess(request, bucket, permission));
  return { kind: 'storage#testIamPermissionsResponse', ...(permissions.length > 0 ? { permissions } : {}) };
}

function view(bucket: Bucket, policy: BucketPolicy): object {
  return {
    kind: 'storage#policy',
    resourceId: `projects/_/buckets/${bucket.name}`,
    ...publicPart(policy),
    etag: policyEtag(policy),
  };
}

function checkBinding(
  { store }: Request,
  bucket: Bucket,
  { role, members, condition }: Binding,
  version: number,
): void {
  if (!/^(roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\/[\w.]+$/.test(role)) {
    throw new ApiError(400, 'invalid', `Role (${role}) does not exist in the resource's hierarchy.`);
  }
  for (const name of members) {
    if (!member.test(name)) throw new ApiError(400, 'invalid', `The member ${name} is of an unknown type.`);
    if (name.startsWith('all') && bucket.iamConfiguration.publicAccessPrevention === 'enforced') {
      throw new ApiError(
        412,
        'conditionNotMet',
        'The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.',
      );
    }
    checkServiceAccount(store, name);
  }
  if (!condition) return;
  if (version < 3) throw new ApiError(400, 'invalid', 'Policies with conditions must be written with version 3.');
  if (!bucket.iamConfiguration.uniformBucketLevelAccess.enabled) {
    throw new ApiError(412, 'conditionNotMet', 'Conditions need uniform bucket-level access to be enabled.');
  }
  try {
    parseCondition(condition.expression);
  } catch (error) {
    throw new ApiError(400, 'invalid', `Expression failed to parse: ${String(error)}`);
  }
}

// Accounts of our own projects must exist; those of Google's agents and of other people are taken as they are.
function checkServiceAccount(store: Request['store'], name: string): void {
  const [, email = '', project = ''] = /^serviceAccount:([^@]+@([^@]+)\.iam\.gserviceaccount\.com)$/.exec(name) ?? [];
  if (!store.get('projects', project) || store.get('serviceAccounts', `projects/${project}/serviceAccounts/${email}`))
    return;
  throw new ApiError(400, 'invalid', `Service account ${email} does not exist.`);
}
