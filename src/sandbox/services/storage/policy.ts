import type { Store } from '../../service.ts';
import type { Bucket } from './bucket.ts';
import { etagOf } from './etag.ts';

/** One line of a policy. */
export interface Binding {
  role: string;
  members: string[];
  condition?: { title?: string; description?: string; expression: string };
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy */
export interface BucketPolicy {
  version: number;
  bindings: Binding[];
  /** How many times it was changed; the etag follows from it. */
  _changes: number;
}

/** The policy of a bucket; a new one has what Google gives to every new bucket. */
export function bucketPolicy(store: Store, bucket: Bucket): BucketPolicy {
  return store.get<BucketPolicy>('bucketPolicies', bucket.name) ?? firstPolicy(bucket);
}

/** The etag under which a policy is read and must be written back. */
export function policyEtag(policy: BucketPolicy): string {
  return etagOf(policy._changes);
}

function firstPolicy(bucket: Bucket): BucketPolicy {
  const project = bucket._project;
  const owners = [`projectEditor:${project}`, `projectOwner:${project}`];
  const viewers = [`projectViewer:${project}`];
  const bindings = [
    { role: 'roles/storage.legacyBucketOwner', members: owners },
    { role: 'roles/storage.legacyBucketReader', members: viewers },
  ];
  if (bucket.iamConfiguration.uniformBucketLevelAccess.enabled) {
    bindings.push(
      { role: 'roles/storage.legacyObjectOwner', members: owners },
      { role: 'roles/storage.legacyObjectReader', members: viewers },
    );
  }
  return { version: 1, bindings, _changes: 1 };
}
