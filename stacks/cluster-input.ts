import type { MachineType } from '../src/catalog/machine-types.ts';
import type { NetworkProfile } from '../src/catalog/network-profiles.ts';
import type { Options } from '../src/options/read.ts';

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

/** What a cluster of machines reads of the options. */
export type ClusterOptions = Pick<
  Options,
  | 'acceleratorType'
  | 'copyDestination'
  | 'diskSizeGb'
  | 'diskType'
  | 'enableNotebook'
  | 'enableOpsAgent'
  | 'gcsMounts'
  | 'gpuCount'
  | 'imageFamily'
  | 'imageName'
  | 'imageProject'
  | 'instanceCount'
  | 'labels'
  | 'localSsdCount'
  | 'maxRunSeconds'
  | 'metadata'
  | 'namePrefix'
  | 'networkConfig'
  | 'nfsShares'
  | 'orchestratorType'
  | 'placement'
  | 'projectId'
  | 'provisioningModel'
  | 'publicIp'
  | 'reservationName'
  | 'serviceAccount'
  | 'sshSourceRanges'
  | 'vmType'
>;

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
  /** Machines carry the deployment's own policy already: it cannot be deleted, whatever their number will be. */
  keepsPolicy?: boolean;
}

/** What Terraform is given: the text of `main.tf.json`, and the literals of the variables file. */
export interface SynthesizedStack {
  configuration: object;
  variables: Record<string, unknown>;
}
