import type { Options } from '../options/read.ts';

/** A role that the machines' account must have, in the project or on one bucket. */
export interface MachineRole {
  /** `roles/logging.logWriter` */
  role: string;
  /** The bucket's name; undefined = in the project. */
  bucket?: string;
}

/**
 * What the machines' account must be allowed: an account made for the deployment is granted just this, an account of the
 * user must have it. The reading of copied files is not here: that grant is the deployment's own on either.
 */
export function machineRoles(
  options: Pick<Options, 'enableOpsAgent' | 'orchestratorType' | 'gcsMounts'>,
): MachineRole[] {
  const { enableOpsAgent, orchestratorType, gcsMounts } = options;
  return [
    // https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent/authorization
    ...(enableOpsAgent ? [{ role: 'roles/logging.logWriter' }, { role: 'roles/monitoring.metricWriter' }] : []),
    // Ray's workers ask the group which machine is the first.
    ...(orchestratorType === 'ray' ? [{ role: 'roles/compute.viewer' }] : []),
    // gcsfuse reads and writes objects: https://cloud.google.com/storage/docs/cloud-storage-fuse/overview
    ...[...new Set(gcsMounts.map(({ bucket }) => bucket))].map((bucket) => ({
      role: 'roles/storage.objectUser',
      bucket,
    })),
  ];
}
