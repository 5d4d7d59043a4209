import { newDeployment } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readDeployment } from '../deployment/record.ts';
import type { Records } from '../deployment/records.ts';
import { isGoogleError } from '../google/http.ts';
import { askBucket } from '../preflight/bucket.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import type { StateBucket } from '../terraform/state-bucket.ts';
import { bucketRecordsOf, localRecordsOf } from './session.ts';
import type { Session } from './session.ts';

/** A deployment that an earlier run has written down. */
export interface KnownDeployment {
  deployment: Deployment;
  records: Records;
  /** Machines that it was last asked to have. */
  machines: number;
}

/** What there is of the deployment that the options name. */
export interface Findings {
  bucket: StateBucket | undefined;
  known: KnownDeployment | undefined;
}

/**
 * Looks for the deployment where it can be written down: in the bucket, else in the work directory, where a run with
 * CLEANUP_ON_EXIT keeps it. Changes nothing.
 */
export async function findDeployment(session: Session): Promise<Findings> {
  const { options } = session.run;
  const bucket = await findStateBucket(session.http, options);
  const places: Records[] = [localRecordsOf(session)];
  if (bucket) places.unshift(bucketRecordsOf(session, bucket.name));
  for (const records of places) {
    const record = await readDeployment(records).catch(async (error: unknown) => {
      // Google names one permission, and not always the one that is missing.
      if (bucket && isGoogleError(error, 403)) await askBucket({ ...session, options }, bucket.name);
      throw error;
    });
    if (!record) continue;
    const { uuid, madeBucket, zone, region, state, machines } = record;
    const fresh = newDeployment(options, bucket);
    return { bucket, known: { deployment: { ...fresh, uuid, madeBucket, zone, region, state }, records, machines } };
  }
  return { bucket, known: undefined };
}
