import type { Bucket } from '../google/storage.ts';

/** Label of the buckets that we made. */
export const bucketLabel = { key: 'managed-by', value: 'cluster-provision' } as const;

/** Seconds for which a deleted object can be brought back: seven days, Google's least. */
const softDelete = 7 * 24 * 3600;

/**
 * The body of `buckets.insert` for a bucket of ours: no ACLs, closed to the public for good, old versions kept for a
 * while. https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
 */
export function stateBucketBody(name: string, region: string): object {
  return {
    name,
    location: region,
    labels: { [bucketLabel.key]: bucketLabel.value },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: String(softDelete) },
    lifecycle: {
      rule: [
        // Twenty old states are enough to find one's way back.
        { action: { type: 'Delete' }, condition: { isLive: false, numNewerVersions: 20, daysSinceNoncurrentTime: 30 } },
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } },
      ],
    },
  };
}

/** What a bucket lacks, in words; empty for one of ours. */
export function missingHardening({ iamConfiguration, versioning, softDeletePolicy }: Bucket): string[] {
  const missing: string[] = [];
  if (iamConfiguration?.publicAccessPrevention !== 'enforced') missing.push('public access is not prevented');
  if (!iamConfiguration?.uniformBucketLevelAccess?.enabled) missing.push('access is not uniform (ACLs count)');
  if (!versioning?.enabled) missing.push('no old versions are kept');
  if ((softDeletePolicy?.retentionDurationSeconds ?? 0) < softDelete)
    missing.push('soft delete is shorter than 7 days');
  return missing;
}
