import type { SynthesizedStack, VmClusterInput } from './cluster-input.ts';
import { openCluster } from './parts/cluster.ts';
import { addDashboard } from './parts/dashboard.ts';
import { declareFiles } from './parts/files.ts';
import { addFirewalls } from './parts/firewall.ts';
import { addIdentity } from './parts/identity.ts';
import { addInternetAccess } from './parts/internet-access.ts';
import { addMachineTemplate } from './parts/machine-template.ts';
import { addNetworks } from './parts/network.ts';
import { addOutput } from './parts/outputs.ts';
import { addPlacement } from './parts/placement.ts';
import { machineSchedule } from './parts/scheduling.ts';
import { addSharedStorage, address } from './parts/shared-storage.ts';
import { synthesize } from './parts/synthesis.ts';
import { addTerraformBlock } from './parts/terraform-block.ts';
import { addVmGroup } from './parts/vm-group.ts';
import { withoutTraces } from './parts/without-traces.ts';

/**
 * The cluster of machines in a managed instance group, as plain Terraform JSON. Pure: the same input gives the same
 * bytes. The shape is decided here; what the user typed travels in `variables`.
 */
export function vmCluster(input: VmClusterInput): SynthesizedStack {
  return withoutTraces(() => synthesizeCluster(input));
}

function synthesizeCluster(input: VmClusterInput): SynthesizedStack {
  const cluster = openCluster(input);
  const { stack, project, region, zone } = cluster;
  addTerraformBlock(stack, input.backend, { project, region, zone });

  const networks = addNetworks(cluster);
  addFirewalls(cluster, networks);
  const internet = addInternetAccess(cluster, networks);
  const storage = addSharedStorage(cluster, networks);
  const files = declareFiles(cluster);
  const identity = addIdentity(cluster, { files, mountedBuckets: storage.buckets });
  const placement = addPlacement(cluster);
  const schedule = machineSchedule(cluster);
  const template = addMachineTemplate(cluster, { networks, identity, files, storage, placement, schedule });
  const after = [...(internet ? [internet] : []), ...identity.grants];
  const group = addVmGroup(cluster, { template, placement, schedule, after });
  const dashboard = addDashboard(cluster);

  addOutput(stack, 'instance_group', group.instanceGroup, 'Self link of the instance group.');
  addOutput(
    stack,
    'networks',
    networks.own.map(({ network }) => network.name),
    'Networks made for the cluster.',
  );
  addOutput(stack, 'service_account', identity.email, 'Identity of the machines.');
  const addresses = storage.filestores.map((filestore) => [filestore.name, address(filestore)]);
  addOutput(stack, 'filestore', Object.fromEntries(addresses), 'Address of each new Filestore instance.');
  addOutput(stack, 'dashboard', dashboard?.id ?? '', 'Resource name of the dashboard; empty when there is none.');
  return synthesize(stack, cluster.variables.values);
}
