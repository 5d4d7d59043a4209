import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Store } from '../../service.ts';
import type { Project } from '../projects.ts';
import type { Bucket, IamConfiguration } from './bucket.ts';
import { etagOf } from './etag.ts';
import { locationType } from './location.ts';
import { mergePatch, omit } from './merge.ts';

const readOnly = [
  'kind',
  'id',
  'name',
  'selfLink',
  'projectNumber',
  'generation',
  'metageneration',
  'etag',
  'timeCreated',
  'updated',
  'location',
  'locationType',
  'acl',
  'defaultObjectAcl',
  'owner',
];
const storageClasses = [
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
];
const ninetyDays = 90 * 86_400_000;

const Enabled = z.looseObject({ enabled: z.boolean().optional() }).optional();

/** What is looked at in a bucket's body; everything else is kept as it comes. */
export const BucketBody = z.looseObject({
  name: z.string().optional(),
  location: z.string().optional(),
  storageClass: z.string().optional(),
  labels: z.record(z.string(), z.string().nullable()).nullish(),
  versioning: z.looseObject({ enabled: z.boolean().optional() }).nullish(),
  lifecycle: z.looseObject({ rule: z.array(z.looseObject({})).optional() }).nullish(),
  iamConfiguration: z
    .looseObject({
      uniformBucketLevelAccess: Enabled,
      bucketPolicyOnly: Enabled,
      publicAccessPrevention: z.enum(['inherited', 'enforced', 'unspecified']).optional(),
    })
    .optional(),
  softDeletePolicy: z
    .looseObject({ retentionDurationSeconds: z.union([z.string(), z.number()]).optional() })
    .optional(),
});
export type BucketBody = z.output<typeof BucketBody>;

/** A bucket as it is when its creator says nothing but name and location (upper case). Throws 400 for no place. */
export function newBucket(store: Store, name: string, project: Project, location: string, now: number): Bucket {
  const time = new Date(now).toISOString();
  return {
    kind: 'storage#bucket',
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    id: name,
    name,
    projectNumber: project.projectNumber,
    generation: store.nextId(),
    metageneration: '1',
    location,
    locationType: locationType(location),
    storageClass: 'STANDARD',
    etag: etagOf(1),
    timeCreated: time,
    updated: time,
    softDeletePolicy: { retentionDurationSeconds: '604800' },
    iamConfiguration: {
      bucketPolicyOnly: { enabled: false },
      uniformBucketLevelAccess: { enabled: false },
      publicAccessPrevention: 'inherited',
    },
    _project: project.projectId,
  };
}

/** The bucket without the fields that an update replaces. */
export function onlyFixed(bucket: Bucket): Bucket {
  const isFixed = (key: string): boolean =>
    readOnly.includes(key) || key.startsWith('_') || key === 'iamConfiguration' || key === 'storageClass';
  return Object.fromEntries(Object.entries(bucket).filter(([key]) => isFixed(key))) as Bucket;
}

/** The bucket with the body's fields on it, put into the form that Google keeps. Throws 400. */
export function settled(bucket: Bucket, body: BucketBody, now: number): Bucket {
  const next = mergePatch(bucket, omit(body, readOnly));
  if (!storageClasses.includes(next.storageClass)) {
    throw new ApiError(400, 'invalid', `Invalid storage class: ${next.storageClass}`);
  }
  next.iamConfiguration = uniform(bucket.iamConfiguration, body.iamConfiguration ?? {}, now);
  const { lifecycle, softDeletePolicy } = next as { lifecycle?: { rule?: unknown[] }; softDeletePolicy?: object };
  if (lifecycle && !lifecycle.rule?.length) delete next['lifecycle'];
  if (Object.keys(next['labels'] ?? {}).length === 0) delete next['labels'];
  if (softDeletePolicy) next['softDeletePolicy'] = softDelete(softDeletePolicy, now);
  return next;
}

// `bucketPolicyOnly` is the older name of the same switch: Google shows both.
function uniform(
  present: IamConfiguration,
  body: NonNullable<BucketBody['iamConfiguration']>,
  now: number,
): IamConfiguration {
  const enabled =
    body.uniformBucketLevelAccess?.enabled ??
    body.bucketPolicyOnly?.enabled ??
    present.uniformBucketLevelAccess.enabled;
  const lockedTime = present.uniformBucketLevelAccess.lockedTime ?? new Date(now + ninetyDays).toISOString();
  const access = enabled ? { enabled, lockedTime } : { enabled };
  const asked = body.publicAccessPrevention === 'unspecified' ? 'inherited' : body.publicAccessPrevention;
  return {
    bucketPolicyOnly: access,
    uniformBucketLevelAccess: access,
    publicAccessPrevention: asked ?? present.publicAccessPrevention,
  };
}

function softDelete(
  policy: { retentionDurationSeconds?: string | number; effectiveTime?: string },
  now: number,
): object {
  const seconds = String(policy.retentionDurationSeconds ?? '604800');
  if (seconds === '0') return { retentionDurationSeconds: seconds };
  return { retentionDurationSeconds: seconds, effectiveTime: policy.effectiveTime ?? new Date(now).toISOString() };
}
