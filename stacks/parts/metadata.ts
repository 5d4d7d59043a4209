import { Fn, TerraformLocal } from 'cdktf';

import type { Cluster } from './cluster.ts';
import type { Files } from './files.ts';
import type { SharedStorage } from './shared-storage.ts';

/**
 * The metadata of every machine: what the guest scripts read, then METADATA of the user. Our keys win, although the
 * options refuse them by name already.
 */
export function machineMetadata(
  cluster: Cluster,
  files: Files | undefined,
  storage: SharedStorage,
): Record<string, string> {
  const { stack, variables, input } = cluster;
  const { options } = input;
  const ours = new TerraformLocal(stack, 'local-metadata', {
    'startup-script': variables.text('startup_script', input.startupScript, 'What every machine runs when it boots.'),
    'enable-oslogin': 'TRUE',
    'block-project-ssh-keys': 'TRUE',
    'enable-guest-attributes': 'TRUE',
    'cp-deployment': cluster.prefix,
    'cp-deployment-id': cluster.uuid,
    'cp-gpu-count': String(options.gpuCount),
    'cp-local-ssd-count': String(options.localSsdCount),
    'cp-install-drivers': options.gpuCount > 0 ? 'yes' : 'no',
    // Deep Learning VM images without a driver fetch one at their first boot when they are told to.
    ...(options.gpuCount > 0 ? { 'install-nvidia-driver': 'True' } : {}),
    'cp-ops-agent': options.enableOpsAgent ? 'yes' : 'no',
    'cp-notebook': options.enableNotebook ? 'yes' : 'no',
    ...(options.enableNotebook ? { 'proxy-mode': 'service_account' } : {}),
    'cp-orchestrator': options.orchestratorType,
    ...(storage.gcsMounts ? { 'cp-gcs-mounts': storage.gcsMounts } : {}),
    ...(storage.nfsMounts ? { 'cp-nfs-mounts': storage.nfsMounts } : {}),
    ...(files ? fileKeys(files) : {}),
    ...startupCommandKeys(cluster),
  });
  ours.overrideLogicalId('metadata');
  const users = variables.textMap('metadata', options.metadata, "The user's own metadata.", true);
  return Fn.merge([users, ours.expression]) as Record<string, string>;
}

function fileKeys(files: Files): Record<string, string> {
  return {
    'cp-files-bucket': files.bucket,
    'cp-files-manifest': files.manifest,
    'cp-files-sha256': files.sha256,
    'cp-files-destination': files.destination,
  };
}

function startupCommandKeys({ input, variables }: Cluster): Record<string, string> {
  if (!input.userCommand) return {};
  const command = variables.text('startup_command', input.userCommand, 'Run once on every machine.', true);
  // The guest runs a command once for each id, so that a reboot does not run it again and a changed one does.
  return { 'cp-startup-command': command, 'cp-startup-id': Fn.sha256(command) };
}
