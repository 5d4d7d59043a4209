import { fail } from '../core/faults.ts';
import { missingPermissions } from '../google/projects.ts';
import type { Options } from '../options/read.ts';
import type { Check } from './check.ts';

/** May we create everything, and, as important, take it away again? */
export const permissions: Check = {
  name: 'permissions',
  summary: 'the credentials may create the cluster, and may delete it again',
  async ask({ options, http, cloud }) {
    const needed = neededPermissions(options);
    const missing = await missingPermissions(http, options.projectId, needed);
    if (missing.length > 0) {
      const who = await cloud.tokens.describe();
      throw fail(
        'PERMISSION_DENIED',
        { who, what: 'create and delete this cluster', project: options.projectId, permissions: missing.join(', ') },
        { details: missing },
      );
    }
    return `${needed.length} granted`;
  },
};

/** What create and destroy call, by what the options ask for. Storage is asked of the bucket itself. */
export function neededPermissions(
  options: Pick<
    Options,
    'networkConfig' | 'publicIp' | 'serviceAccount' | 'placement' | 'nfsShares' | 'enableOpsAgent'
  >,
): string[] {
  const ownNetwork = options.networkConfig !== 'default_network';
  return [
    'compute.instanceGroupManagers.create',
    'compute.instanceGroupManagers.delete',
    'compute.instanceGroupManagers.get',
    'compute.instanceGroupManagers.update',
    'compute.instanceTemplates.create',
    'compute.instanceTemplates.delete',
    'compute.instanceTemplates.get',
    'compute.instanceTemplates.useReadOnly',
    'compute.instances.create',
    'compute.instances.delete',
    'compute.instances.get',
    'compute.instances.getGuestAttributes',
    'compute.instances.list',
    'compute.instances.setLabels',
    'compute.instances.setMetadata',
    'compute.disks.create',
    'compute.subnetworks.use',
    'compute.zones.get',
    'compute.regions.get',
    'compute.machineTypes.get',
    ...(options.publicIp ? ['compute.subnetworks.useExternalIp'] : []),
    ...(ownNetwork
      ? [
          'compute.networks.create',
          'compute.networks.delete',
          'compute.networks.get',
          'compute.networks.updatePolicy',
          'compute.subnetworks.create',
          'compute.subnetworks.delete',
          'compute.subnetworks.get',
        ]
      : []),
    'compute.firewalls.create',
    'compute.firewalls.delete',
    'compute.firewalls.get',
    ...(ownNetwork && !options.publicIp
      ? ['compute.routers.create', 'compute.routers.delete', 'compute.routers.get', 'compute.routers.update']
      : []),
    ...(options.placement === 'compact'
      ? ['compute.resourcePolicies.create', 'compute.resourcePolicies.delete', 'compute.resourcePolicies.use']
      : []),
    ...(options.serviceAccount === undefined
      ? [
          'iam.serviceAccounts.create',
          'iam.serviceAccounts.delete',
          'iam.serviceAccounts.get',
          'resourcemanager.projects.getIamPolicy',
          'resourcemanager.projects.setIamPolicy',
        ]
      : []),
    'iam.serviceAccounts.actAs',
    ...(options.nfsShares.some((share) => 'tier' in share)
      ? ['file.instances.create', 'file.instances.delete', 'file.instances.get']
      : []),
    ...(options.enableOpsAgent
      ? ['monitoring.dashboards.create', 'monitoring.dashboards.delete', 'monitoring.dashboards.get']
      : []),
  ];
}
