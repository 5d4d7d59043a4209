import { createHash } from 'node:crypto';

import { fail } from '../core/faults.ts';
import type { Report } from '../core/report.ts';
import { isGoogleError } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';
import { getProject } from '../google/projects.ts';
import { deleteBucket, deleteObjects, getBucket, insertBucket, listBuckets, listObjects } from '../google/storage.ts';
import type { Bucket } from '../google/storage.ts';
import { bucketFault } from './bucket-faults.ts';
import { bucketLabel, missingHardening, stateBucketBody } from './bucket-hardening.ts';

/** The options that decide which bucket holds state and files. */
export interface BucketOptions {
  projectId: string;
  region: string;
  gcsPath?: { bucket: string; directory: string } | undefined;
}

/** The bucket of a deployment. */
export interface StateBucket {
  name: string;
  /** It was made by cluster-provision, in this run or before, so that it may be deleted when nothing is left in it. */
  made: boolean;
  /** It was made just now. */
  fresh: boolean;
  /** Policies alone say who may do what, no ACLs: only then can a grant be limited to a folder. */
  uniform: boolean;
}

// The name without a hash, and three with one: whoever takes the fourth is after us.
const namesTried = 4;

/**
 * The bucket that holds state and files, if there is one: that of GCS_PATH, or the one that an earlier run made.
 * Changes nothing. Throws BUCKET_NOT_FOUND for a GCS_PATH that does not exist, and the faults of `bucketFault`.
 */
export async function findStateBucket(http: GoogleHttp, options: BucketOptions): Promise<StateBucket | undefined> {
  const bucket = options.gcsPath
    ? await namedBucket(http, options, options.gcsPath.bucket)
    : await ownBucket(http, options);
  return bucket && describe(bucket, options, false);
}

/**
 * Finds the bucket or makes it, in REGION, closed to the public, with versions and soft delete; warns about an existing
 * one that is less safe. Throws BUCKET_NAME_TAKEN, BUCKET_NOT_FOUND, BUCKET_POLICY and the faults of `bucketFault`.
 */
export async function ensureStateBucket(
  http: GoogleHttp,
  options: BucketOptions,
  report: Pick<Report, 'info' | 'warn'>,
): Promise<StateBucket> {
  const { projectId: project, gcsPath } = options;
  if (gcsPath) {
    const bucket = await namedBucket(http, options, gcsPath.bucket);
    await warnAboutOwner(http, bucket, project, report);
    warnAboutHardening(bucket, report);
    return describe(bucket, options, false);
  }
  const existing = await ownBucket(http, options);
  if (existing) {
    warnAboutHardening(existing, report);
    return describe(existing, options, false);
  }
  return describe(await makeBucket(http, options), options, true);
}

/** Whose state and files are to go. */
export interface Forgotten {
  project: string;
  bucket: string | undefined;
  /** `<dir>/<prefix>-deployment`, without a final slash. */
  folder: string;
  madeBucket: boolean;
}

/**
 * Deletes everything below the deployment's folder, old versions too, and then the bucket if we made it and nothing else
 * is in it. Answers whether the bucket is gone. The record of the deployment goes last: a run that is killed half-way
 * leaves it, and the next Destroy goes on from there.
 */
export async function forgetState(
  http: GoogleHttp,
  { project, bucket, folder, madeBucket }: Forgotten,
): Promise<boolean> {
  if (bucket === undefined) return false;
  try {
    const objects = await listObjects(http, bucket, { prefix: `${folder}/`, versions: true });
    const isRecord = ({ name }: { name: string }): boolean => name === `${folder}/deployment.json`;
    await deleteObjects(
      http,
      bucket,
      objects.filter((object) => !isRecord(object)),
    );
    await deleteObjects(http, bucket, objects.filter(isRecord));
    return madeBucket && (await deleteIfEmpty(http, { project, bucket }));
  } catch (error) {
    throw bucketFault(error, { bucket, project, what: 'delete from', permissions: 'storage.objects.delete' });
  }
}

/** The names that a project's bucket can have, in the order in which they are tried; at most 63 characters each. */
export function bucketNames(project: string, projectNumber: string, region: string): string[] {
  // A project of a domain is called `example.com:name`, which no bucket may be.
  const base = `cluster-provision-${project.replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, 54);
  const hash = (round: number): string =>
    createHash('sha256').update(`${projectNumber} ${region} ${round}`).digest('hex').slice(0, 8);
  return [base, ...Array.from({ length: namesTried - 1 }, (_, round) => `${base}-${hash(round)}`)];
}

async function namedBucket(http: GoogleHttp, options: BucketOptions, name: string): Promise<Bucket> {
  const { projectId: project, region } = options;
  try {
    return await getBucket(http, name);
  } catch (error) {
    if (isGoogleError(error, 404)) throw fail('BUCKET_NOT_FOUND', { bucket: name, project, region }, { cause: error });
    throw bucketFault(error, { bucket: name, project, what: 'read', permissions: 'storage.buckets.get' });
  }
}

/** Of the names that we would choose, the first that exists and belongs to this project. */
async function ownBucket(http: GoogleHttp, { projectId: project, region }: BucketOptions): Promise<Bucket | undefined> {
  const [base = ''] = bucketNames(project, '', region);
  try {
    // What is listed belongs to the project; a stranger's bucket of that name is not on the list.
    const buckets = await listBuckets(http, project, base);
    const named = buckets.filter(({ name, projectNumber }) =>
      bucketNames(project, projectNumber, region).includes(name),
    );
    return named.find(({ name }) => name === base) ?? named[0];
  } catch (error) {
    if (!isGoogleError(error, 403) || !/storage\.buckets\.list/.test(error.message)) {
      throw bucketFault(error, { bucket: base, project, what: 'look for', permissions: 'storage.buckets.list' });
    }
  }
  // Who may not list the buckets may still be let into one of them.
  const { projectNumber } = await getProject(http, project);
  for (const name of bucketNames(project, projectNumber, region)) {
    const bucket = await lookAt(http, name);
    if (bucket?.projectNumber === projectNumber) return bucket;
  }
  return undefined;
}

async function makeBucket(http: GoogleHttp, { projectId: project, region }: BucketOptions): Promise<Bucket> {
  const tried: string[] = [];
  let names = bucketNames(project, '', region).slice(0, 1);
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    tried.push(name);
    try {
      return await insertBucket(http, project, stateBucketBody(name, region));
    } catch (error) {
      // 409: somebody has the name. A lost answer: perhaps it was made. The bucket itself knows whose it is.
      const lost = !isGoogleError(error) || error.status >= 500;
      if (!lost && error.status !== 409) {
        throw bucketFault(error, { bucket: name, project, what: 'make', permissions: 'storage.buckets.create' });
      }
      const { projectNumber } = await getProject(http, project);
      const bucket = await lookAt(http, name);
      if (bucket?.projectNumber === projectNumber) return bucket;
      if (lost && bucket === undefined) {
        throw bucketFault(error, { bucket: name, project, what: 'make', permissions: '' });
      }
      if (tried.length === 1) names = bucketNames(project, projectNumber, region).slice(1);
    }
  }
  throw fail('BUCKET_NAME_TAKEN', { project, names: tried.join(', ') });
}

/** A bucket that is not there, or that we may not see (a stranger's), is `undefined`. */
async function lookAt(http: GoogleHttp, name: string): Promise<Bucket | undefined> {
  try {
    return await getBucket(http, name);
  } catch (error) {
    if (isGoogleError(error, 404) || isGoogleError(error, 403)) return undefined;
    throw error;
  }
}

// A bucket of GCS_PATH stays whatever happens: the next run is to find it.
function describe(bucket: Bucket, { gcsPath }: BucketOptions, fresh: boolean): StateBucket {
  const made = !gcsPath && bucket.labels[bucketLabel.key] === bucketLabel.value;
  const uniform = bucket.iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false;
  return { name: bucket.name, made, fresh, uniform };
}

function warnAboutHardening(bucket: Bucket, report: Pick<Report, 'warn'>): void {
  const missing = missingHardening(bucket);
  if (missing.length > 0) {
    report.warn('the bucket of state and files is less safe than it could be', {
      detail: `gs://${bucket.name}: ${missing.join(', ')}`,
      bucket: bucket.name,
      missing,
    });
  }
}

async function warnAboutOwner(
  http: GoogleHttp,
  bucket: Bucket,
  project: string,
  report: Pick<Report, 'warn'>,
): Promise<void> {
  const { projectNumber } = await getProject(http, project);
  if (bucket.projectNumber !== projectNumber) {
    report.warn('the bucket of GCS_PATH belongs to another project', {
      detail: `gs://${bucket.name} is in project number ${bucket.projectNumber}, ${project} has ${projectNumber}`,
      bucket: bucket.name,
    });
  }
}

async function deleteIfEmpty(
  http: GoogleHttp,
  { project, bucket }: { project: string; bucket: string },
): Promise<boolean> {
  const [another] = await listObjects(http, bucket, { versions: true, maxResults: 1 });
  if (another !== undefined) return false;
  try {
    await deleteBucket(http, bucket);
    return true;
  } catch (error) {
    if (isGoogleError(error, 404)) return true;
    // Another deployment has put something into it since: it stays.
    if (isGoogleError(error, 409)) return false;
    throw bucketFault(error, { bucket, project, what: 'delete', permissions: 'storage.buckets.delete' });
  }
}
