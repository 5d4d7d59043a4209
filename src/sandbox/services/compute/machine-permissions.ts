import { requirePermission } from './call.ts';
import type { Call } from './call.ts';

/** What decides which permissions the making of a machine needs. */
interface Machine {
  disks?: unknown;
  metadata?: unknown;
  labels?: unknown;
  tags?: unknown;
  serviceAccounts?: unknown;
  resourcePolicies?: unknown;
  networkInterfaces?: unknown;
}

/**
 * Throws 403 unless the caller may make machines with these properties, one by one or in a group:
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert#iam-permissions
 */
export function requireForMachines(call: Call, machine: Machine): void {
  const interfaces = (machine.networkInterfaces ?? []) as { accessConfigs?: unknown[] }[];
  const needed: [string, boolean][] = [
    ['compute.instances.create', true],
    ['compute.disks.create', has(machine.disks)],
    ['compute.instances.setMetadata', has(machine.metadata)],
    ['compute.instances.setLabels', has(machine.labels)],
    ['compute.instances.setTags', has(machine.tags)],
    ['compute.instances.setServiceAccount', has(machine.serviceAccounts)],
    ['iam.serviceAccounts.actAs', has(machine.serviceAccounts)],
    ['compute.resourcePolicies.use', has(machine.resourcePolicies)],
    ['compute.subnetworks.use', true],
    ['compute.subnetworks.useExternalIp', interfaces.some(({ accessConfigs }) => has(accessConfigs))],
  ];
  for (const [permission, isNeeded] of needed) if (isNeeded) requirePermission(call, permission);
}

function has(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
