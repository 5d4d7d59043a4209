import * as z from 'zod';

import type { Deployment } from './deployment.ts';
import type { Records } from './records.ts';

const name = 'deployment.json';
const Record = z.object({
  project: z.string(),
  prefix: z.string(),
  region: z.string(),
  uuid: z.string(),
  madeBucket: z.boolean(),
  zone: z.string().optional(),
  state: z.enum(['bucket', 'local']),
  machines: z.number().default(0),
});

/** What is written down of a deployment, so that later runs (status, destroy) need no description of the cluster. */
export type DeploymentRecord = z.output<typeof Record>;

/** The deployment as an earlier run wrote it down; undefined when there is none. */
export function readDeployment(records: Records): Promise<DeploymentRecord | undefined> {
  return records.read(name, Record);
}

/** Writes the deployment down. The first of two runs that begin at once wins: the other gets its uuid. */
export async function claimDeployment(records: Records, fresh: Deployment): Promise<Deployment> {
  if (await records.write(name, record(fresh, 0), { onlyNew: true })) return fresh;
  const earlier = await readDeployment(records);
  if (!earlier) throw new Error('the record of the deployment was there and is gone: another run is taking it away');
  return { ...fresh, uuid: earlier.uuid, madeBucket: earlier.madeBucket, zone: earlier.zone };
}

/** Brings what is written down up to date: the zone that was chosen, the number of machines. */
export async function updateDeployment(records: Records, deployment: Deployment, machines: number): Promise<void> {
  await records.write(name, record(deployment, machines));
}

/** Forgets the deployment; the last act of a destroy. */
export function forgetDeployment(records: Records): Promise<void> {
  return records.remove(name);
}

function record(deployment: Deployment, machines: number): DeploymentRecord {
  const { project, prefix, region, uuid, madeBucket, zone, state } = deployment;
  return { project, prefix, region, uuid, madeBucket, zone, state, machines };
}
