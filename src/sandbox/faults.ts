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
  /** What the wire does to a request. */
  http(request: HttpCall): HttpFault;
}

/** What can be wrong with one machine. */
export interface MachineFault {
  /** The start-up script ends with this exit code at once. */
  scriptFails?: number | undefined;
  /** The machine boots but never reports anything. */
  silent?: boolean | undefined;
  /** The number of GPUs that its driver shows. */
  gpus?: number | undefined;
  /** A spot machine is taken away after so many milliseconds. */
  preemptedAfter?: number | undefined;
}

/** A request as rules see it. */
export interface HttpCall {
  /** The API's host: `storage.googleapis.com`. */
  service: string;
  method: string;
  /** Path and query, unescaped. */
  url: string;
  principal: string;
}

/** What happens to one request; an empty value leaves it alone. */
export interface HttpFault {
  /** Milliseconds to wait before anything else. */
  delay?: number;
  /** Somebody else does the same a moment before. */
  taken?: boolean;
  /** Instead of doing the work. */
  before?: Breakage;
  /** After the work is done, instead of its answer. */
  after?: Breakage;
}

/** An answer of Google's that is not the true one, or a connection that ends without one. */
export type Breakage =
  | {
      status: number;
      reason: string;
      message: string;
      details: readonly object[];
      headers: Readonly<Record<string, string>>;
    }
  /** `reset`: RST; `drop`: closed without an answer; `stall`: no answer until the client gives up. */
  | { connection: 'reset' | 'drop' | 'stall' }
  /** The true answer, broken off after so many bytes of its body. */
  | { cutAfter: number }
  /** The true answer, so many bytes of its body a second. */
  | { slow: number };

/** A cloud where nothing goes wrong. */
export const noFaults: Faults = {
  stockout: () => undefined,
  quota: () => undefined,
  machine: () => ({}),
  operation: () => undefined,
  foreignFirewall: () => undefined,
  http: () => ({}),
};
