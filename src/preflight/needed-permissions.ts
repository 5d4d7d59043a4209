import { machineRoles } from '../catalog/machine-roles.ts';
import type { Options } from '../options/read.ts';

/** The options that decide which permissions are needed. */
export type DecidingOptions = Pick<
  Options,
  | 'cleanupOnExit'
  | 'copyDirPath'
  | 'enableApis'
  | 'enableOpsAgent'
  | 'gcsMounts'
  | 'gcsPath'
  | 'instanceCount'
  | 'networkConfig'
  | 'nfsShares'
  | 'orchestratorType'
  | 'placement'
  | 'publicIp'
  | 'reservationName'
  | 'serviceAccount'
>;

/** Where permissions are needed; `new bucket` is for whoever has none yet, `mounts` are the buckets that machines mount. */
type Place = 'project' | 'bucket' | 'new bucket' | 'mounts';

/** What the runner must be allowed, and when. */
export interface PermissionRow {
  /** For docs/permissions.md. */
  when: string;
  place: Place;
  isNeeded(options: DecidingOptions): boolean;
  permissions: readonly string[];
}

/**
 * Every permission that create, copy, status, list, cleanup and destroy use, by the options that ask for them. A test
 * holds this table to the calls: what is called and not here fails it, and so does what is here and never called.
 */
export const permissionRows: readonly PermissionRow[] = [
  {
    when: 'always',
    place: 'project',
    isNeeded: () => true,
    permissions: [
      ...compute('addresses', 'list'),
      ...compute('disks', 'create delete list'),
      ...compute('firewalls', 'create delete get list'),
      ...compute('globalOperations', 'get list'),
      ...compute('instanceGroupManagers', 'create delete get list update'),
      ...compute('instanceTemplates', 'create delete get list useReadOnly'),
      ...compute('instances', 'create delete get getGuestAttributes list'),
      ...compute('instances', 'setLabels setMetadata setServiceAccount setTags'),
      ...compute('machineTypes', 'get'),
      ...compute('networks', 'list updatePolicy'),
      ...compute('projects', 'get'),
      ...compute('regions', 'get'),
      ...compute('resourcePolicies', 'list'),
      ...compute('routers', 'list'),
      ...compute('subnetworks', 'list use'),
      ...compute('zoneOperations', 'get'),
      ...compute('zones', 'get'),
      'file.instances.list',
      'iam.serviceAccounts.actAs',
      'iam.serviceAccounts.list',
      'monitoring.dashboards.list',
      'resourcemanager.projects.get',
      'serviceusage.services.get',
    ],
  },
  {
    when: 'NETWORK_CONFIG other than default_network',
    place: 'project',
    isNeeded: hasOwnNetwork,
    permissions: [
      ...compute('networks', 'create delete get'),
      ...compute('regionOperations', 'get'),
      ...compute('subnetworks', 'create delete get'),
    ],
  },
  {
    when: 'the same without PUBLIC_IP: Cloud NAT',
    place: 'project',
    isNeeded: (options) => hasOwnNetwork(options) && !options.publicIp,
    permissions: compute('routers', 'create delete get update'),
  },
  {
    when: 'PUBLIC_IP',
    place: 'project',
    isNeeded: ({ publicIp }) => publicIp,
    permissions: compute('subnetworks', 'useExternalIp'),
  },
  {
    when: 'PLACEMENT=compact',
    place: 'project',
    isNeeded: ({ placement, instanceCount }) => placement === 'compact' && instanceCount > 1,
    permissions: [...compute('regionOperations', 'get'), ...compute('resourcePolicies', 'create delete get use')],
  },
  {
    when: 'RESERVATION_NAME',
    place: 'project',
    isNeeded: ({ reservationName }) => reservationName !== undefined,
    // Its machines carry its placement policy.
    permissions: [...compute('reservations', 'get'), ...compute('resourcePolicies', 'use')],
  },
  {
    when: 'no SERVICE_ACCOUNT: one is made',
    place: 'project',
    isNeeded: makesAccount,
    permissions: ['iam.serviceAccounts.create', 'iam.serviceAccounts.delete', 'iam.serviceAccounts.get'],
  },
  {
    when: 'the same with ENABLE_OPS_AGENT or Ray: it is given roles',
    place: 'project',
    isNeeded: (options) => makesAccount(options) && machineRoles(options).some(({ bucket }) => bucket === undefined),
    permissions: ['resourcemanager.projects.getIamPolicy', 'resourcemanager.projects.setIamPolicy'],
  },
  {
    when: 'ENABLE_OPS_AGENT: one dashboard',
    place: 'project',
    isNeeded: ({ enableOpsAgent }) => enableOpsAgent,
    permissions: ['monitoring.dashboards.create', 'monitoring.dashboards.delete', 'monitoring.dashboards.get'],
  },
  {
    when: 'NFS_FILESTORE_LIST with new shares',
    place: 'project',
    isNeeded: ({ nfsShares }) => nfsShares.some((share) => 'tier' in share),
    permissions: ['file.instances.create', 'file.instances.delete', 'file.instances.get', 'file.operations.get'],
  },
  {
    when: 'ENABLE_APIS, where an API is off',
    place: 'project',
    isNeeded: ({ enableApis }) => enableApis,
    permissions: ['serviceusage.services.enable'],
  },
  {
    when: 'always, in the bucket of state and files (with CLEANUP_ON_EXIT only for GCS_PATH and COPY_DIR_PATH)',
    place: 'bucket',
    isNeeded: needsBucket,
    permissions: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.get', 'storage.objects.list'],
  },
  {
    when: 'GCS_PATH',
    place: 'bucket',
    isNeeded: ({ gcsPath }) => gcsPath !== undefined,
    permissions: ['storage.buckets.get'],
  },
  {
    when: 'no GCS_PATH: the bucket is looked for, made, and deleted when it is empty',
    place: 'new bucket',
    isNeeded: (options) => needsBucket(options) && options.gcsPath === undefined,
    permissions: ['storage.buckets.create', 'storage.buckets.delete', 'storage.buckets.list'],
  },
  {
    when: 'COPY_DIR_PATH: the machines may read what is copied',
    place: 'bucket',
    isNeeded: ({ copyDirPath }) => copyDirPath !== undefined,
    permissions: ['storage.buckets.getIamPolicy', 'storage.buckets.setIamPolicy'],
  },
  {
    when: 'GCS_MOUNT_LIST without SERVICE_ACCOUNT, in the buckets that are mounted',
    place: 'mounts',
    isNeeded: (options) => options.gcsMounts.length > 0 && makesAccount(options),
    permissions: ['storage.buckets.getIamPolicy', 'storage.buckets.setIamPolicy'],
  },
];

/** The permissions that a run with these options needs in these places, in order, each once. */
export function neededPermissions(options: DecidingOptions, places: readonly Place[]): string[] {
  const rows = permissionRows.filter((row) => places.includes(row.place) && row.isNeeded(options));
  return [...new Set(rows.flatMap(({ permissions }) => permissions))].toSorted();
}

/** Whether a run with these options has a bucket at all. */
export function needsBucket({ cleanupOnExit, copyDirPath, gcsPath }: DecidingOptions): boolean {
  return !cleanupOnExit || copyDirPath !== undefined || gcsPath !== undefined;
}

function hasOwnNetwork({ networkConfig }: DecidingOptions): boolean {
  return networkConfig !== 'default_network';
}

function makesAccount({ serviceAccount }: DecidingOptions): boolean {
  return serviceAccount === undefined;
}

function compute(collection: string, verbs: string): string[] {
  return verbs.split(' ').map((verb) => `compute.${collection}.${verb}`);
}
