import { ComputeInstanceTemplate } from '@cdktf/provider-google/lib/compute-instance-template/index.js';

import type { Cluster } from './cluster.ts';
import { machineDisks } from './disks.ts';
import type { Files } from './files.ts';
import type { Identity } from './identity.ts';
import { machineMetadata } from './metadata.ts';
import type { Networks } from './network.ts';
import type { Placement } from './placement.ts';
import type { Schedule } from './scheduling.ts';
import type { SharedStorage } from './shared-storage.ts';

/** The parts that a machine is put together from. */
export interface MachineParts {
  networks: Networks;
  identity: Identity;
  files: Files | undefined;
  storage: SharedStorage;
  placement: Placement;
  schedule: Schedule;
}

/** Adds the instance template: what every machine of the group is like. */
export function addMachineTemplate(cluster: Cluster, parts: MachineParts): ComputeInstanceTemplate {
  const { stack, prefix, marker, labels, variables } = cluster;
  const { options, machine } = cluster.input;
  return new ComputeInstanceTemplate(stack, 'machine', {
    namePrefix: `${prefix}-`,
    description: marker,
    instanceDescription: marker,
    machineType: variables.text('machine_type', options.vmType, 'Machine type.'),
    labels,
    tags: [prefix],
    disk: machineDisks(cluster),
    networkInterface: parts.networks.interfaces,
    guestAccelerator: machine.guestAccelerator === 'required' ? accelerators(cluster) : undefined,
    scheduling: parts.schedule.scheduling,
    reservationAffinity: parts.schedule.reservationAffinity,
    resourcePolicies: parts.placement.machinePolicy ? [parts.placement.machinePolicy] : undefined,
    serviceAccount: {
      email: parts.identity.email,
      // Google's advice: one wide scope, and IAM roles that say what may be done.
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    },
    shieldedInstanceConfig: machine.bareMetal ? undefined : shielded,
    metadata: machineMetadata(cluster, parts.files, parts.storage),
    // The group is pointed at the new template before the old one goes.
    lifecycle: { createBeforeDestroy: true },
  });
}

// No secure boot: the kernel modules of NVIDIA's driver are not signed with a key that the machines trust.
const shielded = { enableVtpm: true, enableIntegrityMonitoring: true, enableSecureBoot: false };

function accelerators({ input, variables }: Cluster) {
  const { acceleratorType, gpuCount } = input.options;
  if (!acceleratorType || gpuCount === 0) return undefined;
  return [{ type: variables.text('accelerator_type', acceleratorType, 'GPU of each machine.'), count: gpuCount }];
}
