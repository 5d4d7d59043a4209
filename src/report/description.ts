import type { Estimate } from '../costs/estimate.ts';
import type { MachineState } from '../deployment/machine-state.ts';

/**
 * A cluster as it is said to people and to programs: one plain value, and text, JSON, Markdown and the page are only ways
 * to write it. Whatever shall be told of a cluster is put in here.
 */
export interface ClusterDescription {
  /** What was asked for; `status` says more of what the machines are at. */
  of: 'create' | 'status';
  /** `demo is ready in us-central1-a` */
  headline: string;
  deployment: { prefix: string; uuid: string; project: string; zone: string; region: string };
  /** Milliseconds since 1970. */
  at: number;
  machines: readonly DescribedMachine[];
  /** Machines that the group is to have. */
  wanted: number;
  /** In the order of the interfaces that lie in them. */
  networks: readonly DescribedNetwork[];
  /** How machines are reached from outside, and how they reach the internet. */
  wayIn: 'IAP' | 'external addresses';
  wayOut: 'Cloud NAT' | 'external addresses' | 'none of ours';
  shares: readonly DescribedShare[];
  mounts: readonly { bucket: string; path: string }[];
  files?: { count: number; bytes: number; at: string };
  /** What else there is to know, a label and a text each: where the state is, who the machines are. */
  facts: readonly Fact[];
  /** What is not as it should be: machines that were taken back, drift, a run that did not end. */
  remarks: readonly string[];
  commands: { enter?: string; status: string; destroy: string };
  links: readonly { label: string; url: string }[];
  costs: Estimate;
  /** When Google deletes the machines; milliseconds since 1970. */
  until?: number;
}

/** One machine: what Google says of it, and what it says of itself where it was asked. */
export interface DescribedMachine extends Pick<MachineState, 'name' | 'zone' | 'status' | 'duty' | 'duties'> {
  type: string;
  state?: MachineState['state'];
  /** Addresses of the first interface; '' = none. */
  internal: string;
  external: string;
  interfaces: readonly { network: string; subnetwork: string; address: string }[];
}

/** One VPC network that machines have interfaces in. */
export interface DescribedNetwork {
  name: string;
  /** Bytes; undefined = Google decides. */
  mtu?: number | undefined;
  /** It carries RDMA between GPUs. */
  rdma: boolean;
  /** Interfaces are numbered as the machines number them. */
  subnetworks: readonly { name: string; range: string; interfaces: readonly number[] }[];
}

/** A file share that the machines mount. */
export interface DescribedShare {
  /** `10.0.0.2:/share` */
  source: string;
  path: string;
  /** Of a Filestore instance that was made for the cluster. */
  tier?: string;
  sizeGb?: number;
}

/** A label and what it stands for. */
export interface Fact {
  label: string;
  text: string;
}
