import type { MachineType } from './machine-types.ts';

/** Most seconds that a flex-start machine may run: https://docs.cloud.google.com/compute/docs/instances/about-flex-start-vms */
export const flexStartMaxSeconds = 7 * 24 * 3600;

// GKE-CA: DisableDws of the machine-type table, and the families whose flex-start may be compact.
const noFlexStart = ['a3-edgegpu'];
const compactFlexStart = ['a3-ultragpu', 'a4-highgpu'];

/** Tells whether this type can be asked for with flex-start. */
export function hasFlexStart(machine: MachineType): boolean {
  return !noFlexStart.includes(machine.family);
}

/** Tells whether a flex-start request for this type may carry a compact placement policy. */
export function hasCompactFlexStart(machine: MachineType): boolean {
  return compactFlexStart.includes(machine.family);
}

/**
 * Whether machines of this type can be placed close together: `yes`, `no`, or `unknown` where no source says.
 * An NVLink domain is a placement of its own kind.
 */
export function compactPlacement(machine: MachineType): 'yes' | 'no' | 'unknown' {
  if (machine.compactPlacementMaxVms === 0) return 'no';
  if (machine.compactPlacementMaxVms !== null || machine.nvlinkDomain || hasCompactFlexStart(machine)) return 'yes';
  return 'unknown';
}

/** Most machines in one placement policy of this type; Infinity where no source gives a limit. */
export function compactPlacementLimit(machine: MachineType): number {
  return machine.nvlinkDomain?.maxVms ?? machine.compactPlacementMaxVms ?? Infinity;
}

/** A machine with a GPU cannot be moved to another host while it runs: https://docs.cloud.google.com/compute/docs/gpus/gpu-host-maintenance */
export function onHostMaintenance(gpuCount: number): 'TERMINATE' | 'MIGRATE' {
  return gpuCount > 0 ? 'TERMINATE' : 'MIGRATE';
}
