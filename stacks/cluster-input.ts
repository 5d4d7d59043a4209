import type { MachineType } from '../src/catalog/machine-types.ts';
import type { NetworkProfile } from '../src/catalog/network-profiles.ts';

/** Where Terraform keeps its state: the deployment's bucket, or a file in the container (CLEANUP_ON_EXIT=yes). */
export type Backend = { kind: 'gcs'; bucket: string; prefix: string } | { kind: 'local'; path: string };

/** The copied directory as the machines find it: a manifest in the bucket, and what it says about itself. */
export interface CopiedFiles {
  bucket: string;
  /** Object name, `<dir>/<prefix>-deployment/files/manifests/<sha256>.tsv`. */
  manifest: string;
  /** Of the manifest's bytes, hexadecimal. */
  sha256: string;
  count: number;
  bytes: number;
}

/** What the stack reads of the options; the whole value fits. */
export interface ClusterOptions {
  projectId: string;
  namePrefix: string;
  instanceCount: number;
  vmType: string;
  gpuCount: number;
  acceleratorType?: string;
  imageFamily?: string;
  imageName?: string;
  imageProject: string;
  diskSizeGb: number;
  diskType: string;
  localSsdCount: number;
  metadata: Record<string, string>;
  labels: Record<string, string>;
  copyDestination?: string;
  networkConfig: 'default_network' | 'new_network' | 'multi_nic_network';
  publicIp: boolean;
  sshSourceRanges: string[];
  serviceAccount?: string;
  provisioningModel: 'standard' | 'spot' | 'flex-start' | 'reservation';
  reservationName?: string;
  placement: 'compact' | 'none';
  maxRunSeconds?: number;
  gcsMounts: { bucket: string; path: string }[];
  nfsShares: ({ path: string; tier: string; sizeGb: number } | { path: string; server: string; share: string })[];
  enableOpsAgent: boolean;
  enableNotebook: boolean;
  orchestratorType: 'none' | 'ray';
}

/** Everything a cluster of machines is made from. The stack reads nothing else: no clock, no files, no environment. */
export interface VmClusterInput {
  options: ClusterOptions;
  machine: MachineType;
  profile: NetworkProfile;
  /** The zone in use, which after a stock-out is another one than the first of the options. */
  deployment: { uuid: string; zone: string; region: string };
  backend: Backend;
  files?: CopiedFiles;
  /** The guest bundle: one bash script of less than 64 KiB. */
  startupScript: string;
  /** The user's own start-up command or script. */
  userCommand?: string;
  /** Placement policy of the reservation: machines that use such a reservation must name the same one. */
  reservationPolicy?: string;
}

/** What Terraform is given: the text of `main.tf.json`, and the literals of the variables file. */
export interface SynthesizedStack {
  configuration: object;
  variables: Record<string, unknown>;
}
