import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import * as z from 'zod';

import packageJson from '../../package.json' with { type: 'json' };
import { untouched } from '../core/faults.ts';
import { deploymentFolder } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { bucketRecords, localRecords } from '../deployment/records.ts';
import type { Records } from '../deployment/records.ts';
import type { Cloud } from '../google/cloud.ts';
import { googleHttp } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';
import { workDirectoryPath } from '../terraform/work-directory.ts';
import type { Run } from './action.ts';

// Most schemas are used a few times: to compile each takes longer than to walk it.
z.config({ jitless: true });

/** A run with its cloud open. */
export interface Session extends AsyncDisposable {
  /** Eight hex digits, of each run its own. */
  id: string;
  run: Run;
  cloud: Cloud;
  http: GoogleHttp;
}

/**
 * Opens the cloud that the options name: Google, or the embedded sandbox. This is the only place that knows the sandbox;
 * from here on there are only other base URLs. Throws NO_CREDENTIALS.
 */
export async function openSession(run: Run): Promise<Session> {
  const id = randomBytes(4).toString('hex');
  const agent = `${packageJson.name}/${packageJson.version} (run ${id})`;
  const cloud = await openCloud(run, agent).catch((error: unknown) => {
    throw untouched(error);
  });
  return {
    id,
    run,
    cloud,
    http: googleHttp(cloud, run.clock),
    [Symbol.asyncDispose]: () => cloud.close(),
  };
}

async function openCloud(run: Run, agent: string): Promise<Cloud> {
  if (run.options.sandbox) {
    const { sandboxCloud } = await import('../sandbox/cloud.ts');
    const own = { agent, path: run.environment['PATH'] ?? '', stopNow: run.stopNow };
    return sandboxCloud(run.options, run.report, own);
  }
  const { googleCloud } = await import('../google/credentials.ts');
  return googleCloud(run.environment, { agent });
}

/** Records in the deployment's folder of the bucket. */
export function bucketRecordsOf(session: Session, bucket: string): Records {
  return bucketRecords(session.http, bucket, deploymentFolder(session.run.options));
}

/** Records in the work directory, for deployments without a bucket. */
export function localRecordsOf({ run }: Session): Records {
  return localRecords(join(workDirectoryPath(run.options, run.environment), 'records'));
}

/** Where the records of a deployment are: in the bucket, where the next run finds them whatever becomes of this container. */
export function recordsOf(session: Session, { bucket }: Pick<Deployment, 'bucket'>): Records {
  return bucket === undefined ? localRecordsOf(session) : bucketRecordsOf(session, bucket);
}
