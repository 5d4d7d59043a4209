import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy/index.js';

import type { Cluster } from './cluster.ts';

/** How the machines are placed: a policy that each names (placement), or one that the group carries (workload). */
export interface Placement {
  /** For the instance template. */
  machinePolicy?: string;
  /** For the group. */
  groupPolicy?: string;
}

/**
 * Adds the placement policy. More than one machine of an NVLink domain needs a workload policy with the domain's
 * topology, with or without a reservation (https://cloud.google.com/compute/docs/instance-groups/about-workload-policies).
 * All other machines get a compact placement policy when PLACEMENT asks for it; with a reservation only the
 * reservation's own is accepted. A policy that machines carry is in use and stays, also where new ones go without it.
 */
export function addPlacement(cluster: Cluster): Placement {
  const { options, machine, reservationPolicy, keepsPolicy = false } = cluster.input;
  const many = options.instanceCount > 1 || keepsPolicy;
  const policy = { description: cluster.marker, region: cluster.region };
  if (many && machine.nvlinkDomain) {
    const workload = new ComputeResourcePolicy(cluster.stack, 'workload', {
      ...policy,
      name: `${cluster.prefix}-workload`,
      workloadPolicy: { type: 'HIGH_THROUGHPUT', acceleratorTopology: machine.nvlinkDomain.topology },
    });
    return { groupPolicy: workload.selfLink };
  }
  const isReserved = options.provisioningModel === 'reservation';
  const wantsCompact = many && options.placement === 'compact' && !isReserved;
  const compact =
    wantsCompact || keepsPolicy
      ? new ComputeResourcePolicy(cluster.stack, 'placement', {
          ...policy,
          name: `${cluster.prefix}-placement`,
          groupPlacementPolicy: { collocation: 'COLLOCATED' },
        })
      : undefined;
  if (isReserved && reservationPolicy) {
    const text = 'Placement policy that the reservation carries.';
    return { machinePolicy: cluster.variables.text('reservation_policy', reservationPolicy, text) };
  }
  return wantsCompact && compact ? { machinePolicy: compact.selfLink } : {};
}
