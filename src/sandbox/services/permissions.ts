import type { Store } from '../service.ts';
import { noteUse } from '../used-permissions.ts';
import { withheldPermissions } from '../withheld.ts';
import type { Policy } from './projects.ts';

// Patterns of permissions by role, for the roles that deployments use; `*` stands for any characters.
// https://cloud.google.com/iam/docs/understanding-roles
const roles: Readonly<Record<string, readonly string[]>> = {
  'roles/owner': ['*'],
  'roles/editor': [
    'compute.*',
    'storage.*',
    'file.*',
    'monitoring.*',
    'logging.*',
    'serviceusage.*',
    'container.*',
    'iam.serviceAccounts.actAs',
    'iam.serviceAccounts.create',
    'iam.serviceAccounts.delete',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.list',
    'iam.serviceAccounts.update',
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
  ],
  'roles/viewer': ['*.get', '*.list', '*.getIamPolicy'],
  'roles/compute.admin': [
    'compute.*',
    'resourcemanager.projects.get',
    'serviceusage.services.get',
    'serviceusage.services.list',
  ],
  'roles/compute.imageUser': [
    'compute.images.get',
    'compute.images.getFromFamily',
    'compute.images.list',
    'compute.images.useReadOnly',
  ],
  'roles/compute.viewer': [
    'compute.*.get',
    'compute.*.list',
    'compute.instances.getSerialPortOutput',
    'compute.instances.getGuestAttributes',
  ],
  'roles/compute.instanceAdmin.v1': [
    'compute.instances.*',
    'compute.instanceTemplates.*',
    'compute.instanceGroups.*',
    'compute.instanceGroupManagers.*',
    'compute.disks.*',
    'compute.subnetworks.use',
    'compute.subnetworks.useExternalIp',
  ],
  'roles/compute.networkAdmin': [
    'compute.networks.*',
    'compute.subnetworks.*',
    'compute.routers.*',
    'compute.addresses.*',
    'compute.firewalls.get',
    'compute.firewalls.list',
  ],
  'roles/compute.securityAdmin': ['compute.firewalls.*', 'compute.networks.updatePolicy'],
  'roles/storage.admin': ['storage.*', 'resourcemanager.projects.get'],
  'roles/storage.objectAdmin': ['storage.objects.*'],
  'roles/storage.objectUser': ['storage.objects.*'],
  'roles/storage.objectViewer': ['storage.objects.get', 'storage.objects.list'],
  'roles/storage.objectCreator': ['storage.objects.create'],
  'roles/storage.legacyBucketReader': ['storage.buckets.get', 'storage.objects.list'],
  'roles/compute.osLogin': [
    'compute.instances.osLogin',
    'compute.instances.get',
    'compute.instances.list',
    'compute.projects.get',
  ],
  'roles/compute.osAdminLogin': [
    'compute.instances.osAdminLogin',
    'compute.instances.osLogin',
    'compute.instances.get',
    'compute.instances.list',
    'compute.projects.get',
  ],
  'roles/iap.tunnelResourceAccessor': ['iap.tunnelInstances.accessViaIAP', 'iap.tunnelDestGroups.accessViaIAP'],
  'roles/iam.serviceAccountAdmin': ['iam.serviceAccounts.*', 'resourcemanager.projects.get'],
  'roles/iam.serviceAccountUser': ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get', 'iam.serviceAccounts.list'],
  'roles/iam.serviceAccountTokenCreator': ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.signBlob'],
  'roles/resourcemanager.projectIamAdmin': [
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
    'resourcemanager.projects.setIamPolicy',
  ],
  'roles/serviceusage.serviceUsageAdmin': ['serviceusage.*'],
  'roles/serviceusage.serviceUsageConsumer': [
    'serviceusage.services.use',
    'serviceusage.services.get',
    'serviceusage.services.list',
  ],
  'roles/file.editor': ['file.*'],
  'roles/monitoring.editor': ['monitoring.*'],
  'roles/monitoring.metricWriter': ['monitoring.timeSeries.create', 'monitoring.metricDescriptors.*'],
  'roles/logging.logWriter': ['logging.logEntries.create'],
  'roles/artifactregistry.reader': ['artifactregistry.*.get', 'artifactregistry.*.list'],
};

/** `mayUse` at the gate of a call: whoever records what calls need hears of it. */
export function mayCall(store: Store, projectId: string, principal: string, permission: string): boolean {
  noteUse(store, projectId, principal, permission);
  return mayUse(store, projectId, principal, permission);
}

/** Tells whether the policy of a project lets `principal` use `permission`, and nobody has taken it away. */
export function mayUse(store: Store, projectId: string, principal: string, permission: string): boolean {
  if (isDenied(store, permission)) return false;
  const policy = store.get<Policy>('projectPolicies', projectId);
  return (policy?.bindings ?? []).some(
    ({ role, members }) => members.some((member) => covers(member, principal)) && roleHas(role, permission),
  );
}

/** Takes a permission (or a pattern such as `compute.firewalls.*`) away from everybody, as a deny policy does. */
export function denyPermission(store: Store, pattern: string): void {
  store.put('deniedPermissions', pattern, { pattern });
}

/** Gives back what `denyPermission` took. */
export function allowPermission(store: Store, pattern: string): void {
  store.delete('deniedPermissions', pattern);
}

/** Tells whether `role` holds `permission`. */
export function roleHas(role: string, permission: string): boolean {
  return (roles[role] ?? []).some((pattern) => matches(pattern, permission));
}

function isDenied(store: Store, permission: string): boolean {
  for (const { pattern } of store.list<{ pattern: string }>('deniedPermissions')) {
    if (matches(pattern, permission)) return true;
  }
  for (const [pattern] of store.entries(withheldPermissions)) if (matches(pattern, permission)) return true;
  return false;
}

function covers(member: string, principal: string): boolean {
  return member === principal || member === 'allUsers' || (member === 'allAuthenticatedUsers' && principal !== '');
}

function matches(pattern: string, permission: string): boolean {
  if (pattern === permission || pattern === '*') return true;
  if (!pattern.includes('*')) return false;
  const words = pattern.split('*').map((word) => word.replaceAll('.', '\\.'));
  return new RegExp(`^${words.join('.*')}$`).test(permission);
}
