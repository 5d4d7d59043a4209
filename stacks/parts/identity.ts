import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { Fn } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';

import { machineRoles } from '../../src/catalog/machine-roles.ts';
import type { Cluster } from './cluster.ts';
import type { Files } from './files.ts';

/** Who the machines are, and the grants that must exist before the first of them starts. */
export interface Identity {
  email: string;
  grants: ITerraformDependable[];
}

/** What the machines must be able to read. */
export interface Readables {
  files: Files | undefined;
  mountedBuckets: readonly string[];
}

/**
 * Adds the machines' service account with just what they need: to write logs and metrics, to read the copied files (and
 * not the state beside them), to use the mounted buckets. A service account of the user gets the one grant that only
 * this deployment can want: to take an unconditional one away again on Destroy might take away the user's own.
 */
export function addIdentity(cluster: Cluster, { files, mountedBuckets }: Readables): Identity {
  const { stack, prefix, project, marker, variables } = cluster;
  const { options } = cluster.input;
  if (options.serviceAccount) {
    const email = variables.text('service_account', options.serviceAccount, 'Identity of the machines.');
    return { email, grants: files ? [grantFiles(cluster, files, `serviceAccount:${email}`)] : [] };
  }
  const account = new ServiceAccount(stack, 'identity', {
    accountId: `${prefix}-sa`,
    displayName: `Machines of ${prefix}`,
    description: marker,
  });
  const { member } = account;
  const grants: ITerraformDependable[] = machineRoles(options)
    .filter(({ bucket }) => bucket === undefined)
    .map(({ role }) => new ProjectIamMember(stack, names[role] ?? role, { project, role, member }));
  if (files) grants.push(grantFiles(cluster, files, member));
  grants.push(...grantMounts(cluster, mountedBuckets, member));
  return { email: account.email, grants };
}

const names: Readonly<Record<string, string>> = {
  'roles/logging.logWriter': 'logs',
  'roles/monitoring.metricWriter': 'metrics',
  'roles/compute.viewer': 'peers',
};

/** Reading is limited to `…/files/`: beside it lies the state, which holds everything about the cluster. */
function grantFiles({ stack, marker }: Cluster, files: Files, member: string): StorageBucketIamMember {
  const folder = `projects/_/buckets/${files.bucket}/objects/${files.folder}`;
  return new StorageBucketIamMember(stack, 'files', {
    bucket: files.bucket,
    role: 'roles/storage.objectViewer',
    member,
    condition: {
      // So the binding is this deployment's own, even on an account of the user.
      title: marker,
      description: 'The copied files, not the state beside them.',
      // A JSON text is a CEL text too, with quotes and backslashes escaped.
      expression: `resource.name.startsWith(${Fn.jsonencode(folder)})`,
    },
  });
}

/** gcsfuse reads and writes objects: https://cloud.google.com/storage/docs/cloud-storage-fuse/overview */
function grantMounts(cluster: Cluster, buckets: readonly string[], member: string): StorageBucketIamMember[] {
  return buckets.map(
    (bucket, place) =>
      new StorageBucketIamMember(cluster.stack, `mount_${place + 1}`, {
        bucket,
        role: 'roles/storage.objectUser',
        member,
      }),
  );
}
