import { readFile } from 'node:fs/promises';

import type { Backend, CopiedFiles, SynthesizedStack } from '../../stacks/cluster-input.ts';
import type { vmCluster as VmCluster } from '../../stacks/vm-cluster.ts';
import { machineType } from '../catalog/machine-types.ts';
import type { MachineType } from '../catalog/machine-types.ts';
import { networkProfile } from '../catalog/network-profiles.ts';
import type { NetworkProfile } from '../catalog/network-profiles.ts';
import type { CopyPlan } from '../copy/plan.ts';
import { fail } from '../core/faults.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { tooLongACommand } from '../options/metadata.ts';
import { secretsInScript } from '../options/secrets.ts';
import type { Run } from './action.ts';

/** What is to be made, beside the options. */
export interface Wanted {
  machine: MachineType;
  profile: NetworkProfile;
  files: CopiedFiles | undefined;
  userCommand: string | undefined;
  /** Placement policy that the reservation asks its machines to carry. */
  reservationPolicy: string | undefined;
  /** Machines of the deployment carry its placement policy already. */
  keepsPolicy: boolean;
  /** Machines that exist already. */
  existing: number;
}

/** The parts of the cluster that the options alone decide. */
export async function describeWanted({ options, redactor }: Pick<Run, 'options' | 'redactor'>): Promise<Wanted> {
  const machine = machineType(options.vmType);
  const profile = networkProfile(machine?.networkProfile ?? 'single');
  const script = await userCommand(options);
  for (const secret of secretsInScript(script ?? '')) redactor.add(secret);
  if (!machine || !profile) throw new Error(`the catalog lost ${options.vmType} after the options were read`);
  return {
    machine,
    profile,
    files: undefined,
    userCommand: script,
    reservationPolicy: undefined,
    keepsPolicy: false,
    existing: 0,
  };
}

async function userCommand(options: Run['options']): Promise<string | undefined> {
  const { startupScriptPath: path } = options;
  const option = path === undefined ? 'STARTUP_COMMAND' : `STARTUP_SCRIPT_PATH: ${path}`;
  const command = path === undefined ? options.startupCommand : await readFile(path, 'utf8').catch(unreadable);
  const tooLong = command === undefined ? undefined : tooLongACommand(command, options.metadata);
  if (tooLong !== undefined) throw fail('OPTIONS_WRONG', { count: 1, list: `  ${option} ${tooLong}` });
  return command;

  function unreadable(error: Error): never {
    throw fail('OPTIONS_WRONG', { count: 1, list: `  ${option} cannot be read (${error.message})` }, { cause: error });
  }
}

/** Loads what makes the stack, which takes a while: to be done when there is something else to wait for. */
export async function loadStacks(): Promise<{ vmCluster: typeof VmCluster; startupScript: string }> {
  const [{ vmCluster }, { startupScript }] = await Promise.all([
    import('../../stacks/vm-cluster.ts'),
    import('../../stacks/guest/startup-script.generated.ts'),
  ]);
  return { vmCluster, startupScript };
}

/** The stack of this cluster in `zone`, as files of Terraform. */
export async function clusterStack(
  shop: { run: Pick<Run, 'options'>; deployment: Deployment; backend: Backend },
  wanted: Wanted,
  zone: string,
): Promise<SynthesizedStack> {
  const { machine, profile, files, userCommand, reservationPolicy, keepsPolicy } = wanted;
  const { vmCluster, startupScript } = await loadStacks();
  return vmCluster({
    options: shop.run.options,
    machine,
    profile,
    deployment: { uuid: shop.deployment.uuid, zone, region: shop.deployment.region },
    backend: shop.backend,
    files,
    startupScript,
    userCommand,
    reservationPolicy,
    keepsPolicy,
  });
}

/** Files that are not in the bucket yet, for plan and validate: the shape of the stack is the same as with the real ones. */
export function plannedFiles({ bucket, folder }: Deployment, { files, bytes }: CopyPlan): CopiedFiles | undefined {
  if (bucket === undefined) return undefined;
  const manifest = `${folder}/files/manifests/${'0'.repeat(64)}.tsv`;
  return { bucket, manifest, sha256: '0'.repeat(64), count: files.length, bytes };
}
