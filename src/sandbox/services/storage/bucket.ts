import { ApiError, publicPart } from '../../service.ts';
import type { Store } from '../../service.ts';
import { etagOf } from './etag.ts';

/** A bucket as it is kept: https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export interface Bucket {
  kind: 'storage#bucket';
  id: string;
  name: string;
  selfLink: string;
  projectNumber: string;
  location: string;
  locationType: string;
  storageClass: string;
  generation: string;
  metageneration: string;
  etag: string;
  timeCreated: string;
  updated: string;
  versioning?: { enabled?: boolean };
  iamConfiguration: IamConfiguration;
  [field: string]: unknown;
  _project: string;
  /** It belongs to somebody else, who lets us see nothing, or read. */
  _stranger?: 'closed' | 'readable';
}

/** Who decides on access: IAM alone (uniform), or access control lists too. */
export interface IamConfiguration {
  uniformBucketLevelAccess: { enabled: boolean; lockedTime?: string };
  bucketPolicyOnly: { enabled: boolean; lockedTime?: string };
  publicAccessPrevention: 'inherited' | 'enforced';
}

/** The bucket called `name`. Throws 404. */
export function findBucket(store: Store, name: string): Bucket {
  const bucket = store.get<Bucket>('buckets', name);
  if (!bucket) throw new ApiError(404, 'notFound', 'The specified bucket does not exist.');
  return bucket;
}

/** Keeps a changed bucket under its next metageneration, and answers it as Google shows it. */
export function saveBucket(store: Store, bucket: Bucket, now: number): object {
  const metageneration = String(Number(bucket.metageneration) + 1);
  const next = { ...bucket, metageneration, etag: etagOf(metageneration), updated: new Date(now).toISOString() };
  store.put('buckets', bucket.name, next);
  return publicPart(next);
}
