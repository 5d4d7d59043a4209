import { z } from 'zod';

import { ApiError, publicPart } from '../../service.ts';
import type { Request, Store } from '../../service.ts';
import { mayUse } from '../permissions.ts';
import { projectOf } from '../projects.ts';
import { authorize, forbidden } from './access.ts';
import { findBucket, saveBucket } from './bucket.ts';
import type { Bucket, IamConfiguration } from './bucket.ts';
import { etagOf } from './etag.ts';
import { locationType } from './location.ts';
import { mergePatch, omit } from './merge.ts';
import { checkBucketName } from './names.ts';
import { pageOf } from './pages.ts';
import { checkPreconditions } from './preconditions.ts';

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
type BucketBody = z.output<typeof BucketBody>;

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export function insertBucket(request: Request & { body: BucketBody }): object {
  const { store, body, now, principal, query } = request;
  if (!query['project']) throw new ApiError(400, 'required', 'Required parameter: project');
  const project = projectOf(store, query['project'], now);
  const { name } = body;
  if (!name) throw new ApiError(400, 'required', 'Required');
  if (!mayUse(store, project.projectId, principal, 'storage.buckets.create')) {
    throw forbidden(principal, 'storage.buckets.create', 'Google Cloud project');
  }
  checkBucketName(name);
  checkFree(store, name, principal);
  const location = (body.location ?? 'US').toUpperCase();
  const bucket = settled(
    {
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
      timeCreated: new Date(now).toISOString(),
      updated: new Date(now).toISOString(),
      softDeletePolicy: { retentionDurationSeconds: '604800' },
      iamConfiguration: {
        bucketPolicyOnly: { enabled: false },
        uniformBucketLevelAccess: { enabled: false },
        publicAccessPrevention: 'inherited',
      },
      ...(query['enableObjectRetention'] === 'true' ? { objectRetention: { mode: 'Enabled' } } : {}),
      _project: project.projectId,
    },
    body,
    now,
  );
  store.put('buckets', name, bucket);
  return publicPart(bucket);
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
export function getBucket(request: Request): object {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.buckets.get');
  checkPreconditions(request, { metageneration: bucket.metageneration });
  return publicPart(bucket);
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/list */
export function listBuckets({ store, query, now, principal }: Request): object {
  if (!query['project']) throw new ApiError(400, 'required', 'Required parameter: project');
  const { projectId } = projectOf(store, query['project'], now);
  if (!mayUse(store, projectId, principal, 'storage.buckets.list')) {
    throw forbidden(principal, 'storage.buckets.list', 'Google Cloud project');
  }
  const own = store.list<Bucket>('buckets', query['prefix']).filter((bucket) => bucket._project === projectId);
  const { items, nextPageToken } = pageOf(own, ({ name }) => name, query);
  return { kind: 'storage#buckets', items: items.map(publicPart), ...(nextPageToken ? { nextPageToken } : {}) };
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/patch */
export function patchBucket(request: Request & { body: BucketBody }): object {
  const bucket = changeable(request);
  return saveBucket(request.store, settled(bucket, request.body, request.now), request.now);
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/update: what is not in the body is gone. */
export function updateBucket(request: Request & { body: BucketBody }): object {
  const bucket = changeable(request);
  const kept = Object.fromEntries(
    Object.entries(bucket).filter(
      ([key]) => readOnly.includes(key) || key.startsWith('_') || key === 'iamConfiguration',
    ),
  );
  return saveBucket(
    request.store,
    settled({ storageClass: bucket.storageClass, ...kept } as Bucket, request.body, request.now),
    request.now,
  );
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/delete: 409 while anything is in it. */
export function deleteBucket(request: Request): undefined {
  const { store } = request;
  const bucket = findBucket(store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.buckets.delete');
  checkPreconditions(request, { metageneration: bucket.metageneration });
  const objects = [store.entries('objects', `${bucket.name}/`), store.entries('noncurrentObjects', `${bucket.name}/`)];
  if (objects.some((entries) => !entries.next().done)) {
    throw new ApiError(409, 'conflict', 'The bucket you tried to delete is not empty.');
  }
  store.delete('buckets', bucket.name);
  store.delete('bucketPolicies', bucket.name);
}

function checkFree(store: Store, name: string, principal: string): void {
  const taken = store.get<Bucket>('buckets', name);
  if (!taken) return;
  const isOurs = !taken._stranger && mayUse(store, taken._project, principal, 'storage.buckets.get');
  throw new ApiError(
    409,
    'conflict',
    isOurs
      ? 'Your previous request to create the named bucket succeeded and you already own it.'
      : 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  );
}

function changeable(request: Request): Bucket {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.buckets.update');
  checkPreconditions(request, { metageneration: bucket.metageneration });
  return bucket;
}

// The bucket with the body's fields on it, put into the form that Google keeps.
function settled(bucket: Bucket, body: BucketBody, now: number): Bucket {
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

function softDelete(policy: { retentionDurationSeconds?: unknown; effectiveTime?: string }, now: number): object {
  const seconds = String(policy.retentionDurationSeconds ?? '604800');
  if (seconds === '0') return { retentionDurationSeconds: seconds };
  return { retentionDurationSeconds: seconds, effectiveTime: policy.effectiveTime ?? new Date(now).toISOString() };
}
