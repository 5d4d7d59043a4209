import { ApiError, publicPart } from '../../service.ts';
import type { Request, Store } from '../../service.ts';
import { mayCall, mayUse } from '../permissions.ts';
import { projectOf } from '../projects.ts';
import { authorize, forbidden } from './access.ts';
import { newBucket, onlyFixed, settled } from './bucket-fields.ts';
import type { BucketBody } from './bucket-fields.ts';
import { findBucket, saveBucket } from './bucket.ts';
import type { Bucket } from './bucket.ts';
import { checkBucketName } from './names.ts';
import { pageOf } from './pages.ts';
import { checkPreconditions } from './preconditions.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export function insertBucket(request: Request & { body: BucketBody }): object {
  const { store, body, now, principal, query } = request;
  if (!query['project']) throw new ApiError(400, 'required', 'Required parameter: project');
  const project = projectOf(store, query['project'], now);
  const { name } = body;
  if (!name) throw new ApiError(400, 'required', 'Required');
  if (!mayCall(store, project.projectId, principal, 'storage.buckets.create')) {
    throw forbidden(principal, 'storage.buckets.create', 'Google Cloud project');
  }
  checkBucketName(name);
  checkFree(store, name, principal);
  const empty = newBucket(store, name, project, (body.location ?? 'US').toUpperCase(), now);
  const retention = query['enableObjectRetention'] === 'true' ? { objectRetention: { mode: 'Enabled' } } : {};
  const bucket = settled({ ...empty, ...retention }, body, now);
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
  if (!mayCall(store, projectId, principal, 'storage.buckets.list')) {
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
  return saveBucket(request.store, settled(onlyFixed(bucket), request.body, request.now), request.now);
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
