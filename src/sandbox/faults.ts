import type { OperationFault } from './operations.ts';

/** What the fault plan says about the things that services decide. Without a plan nothing goes wrong. */
export interface Faults {
  /** The zone has no room for the machine type now: other zones that have, or `undefined` when there is room. */
  stockout(zone: string, machineType: string): { zonesAvailable: readonly string[] } | undefined;
  /** The limit of a quota (`NVIDIA_H100_GPUS`) in a region, or in the whole project (region `global`). */
  quota(region: string, metric: string): number | undefined;
  /** What is wrong with the machine of that name. */
  machine(name: string): MachineFault;
  /** What happens to an operation of that type (`insert`) on that target link. */
  operation(operation: { type: string; target: string }): OperationFault | undefined;
  /** A firewall rule that somebody else adds to this network (name) while it is being deleted. */
  foreignFirewall(network: string): { name: string } | undefined;
}

/** What can be wrong with one machine. */
export interface MachineFault {
  /** The start-up script ends with this exit code at once. */
  scriptFails?: number;
  /** The machine boots but never reports anything. */
  silent?: boolean;
  /** The number of GPUs that its driver shows. */
  gpus?: number;
  /** A spot machine is taken away after so many milliseconds. */
  preemptedAfter?: number;
}

/** A cloud where nothing goes wrong. */
export const noFaults: Faults = {
  stockout: () => undefined,
  quota: () => undefined,
  machine: () => ({}),
  operation: () => undefined,
  foreignFirewall: () => undefined,
};
