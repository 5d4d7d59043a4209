import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { commands } from './commands.generated.ts';
import type { Instance } from './instance.ts';
import { gpusOf, localSsdsOf, metadataOf } from './instance.ts';

/**
 * The folder of a machine below `dir`: its disk is the sub-folder `root` (what the machine has changed of the host's
 * files, or all that it has). A new machine of the same name has another folder.
 */
export function machineFolder(dir: string, { name, id }: Pick<Instance, 'name' | 'id'>): string {
  return join(dir, 'machines', `${name}-${id}`);
}

/** Where a machine has the commands that stand in for real hardware and services. */
export const commandFolder = 'usr/lib/sandbox-machine';

/** What a boot of the machine changes about its hardware: the number of GPUs that answer. */
export interface Hardware {
  gpus?: number;
}

/** Makes the machine's folder ready for a boot: start-up script, stand-in commands, hardware; disks keep what they have. */
export async function prepareFolder(folder: string, instance: Instance, hardware: Hardware): Promise<void> {
  const root = join(folder, 'root');
  const own = join(root, commandFolder);
  await mkdir(join(own, 'units'), { recursive: true });
  await mkdir(join(folder, '..', 'shares'), { recursive: true });
  await unmountLinks(own);
  for (const gone of ['ray-is-running', '../../../dev']) await rm(join(own, gone), { recursive: true, force: true });

  const programs = Object.entries(commands).map(([name, text]): [string, string] => [join(own, name), text]);
  programs.push([join(own, 'startup-script'), metadataOf(instance).get('startup-script') ?? 'exit 0\n']);
  for (const [path, text] of programs) await writeFile(path, text, { mode: 0o755 });

  const gpus = gpusOf(instance);
  await writeFile(join(own, 'gpus'), `${gpus.name}\n`.repeat(hardware.gpus ?? gpus.count));
  await writeFile(
    join(own, 'disks'),
    localSsdNames(instance)
      .map((name) => `${name}\n`)
      .join(''),
  );
  for (const unit of ['google-cloud-ops-agent', 'nvidia-dcgm', 'jupyter']) {
    await writeFile(join(own, 'units', `${unit}.service`), 'active\n');
  }
  await writeFile(join(folder, 'boot-id'), `${randomUUID()}\n`);
}

/** Names in /dev/disk/by-id: https://cloud.google.com/compute/docs/disks/disk-symlinks */
export function localSsdNames(instance: Instance): string[] {
  return Array.from({ length: localSsdsOf(instance) }, (_, index) => `google-local-nvme-ssd-${index}`);
}

/** A stop of the machine: what was on its local SSDs is gone. */
export async function forgetLocalSsds(folder: string): Promise<void> {
  await rm(join(folder, 'root', commandFolder, 'volumes'), { recursive: true, force: true });
}

// Mounts are links where the root is a folder; a boot begins without mounts.
async function unmountLinks(own: string): Promise<void> {
  const list = join(own, 'mounts');
  const links = await readFile(list, 'utf8').catch(() => '');
  for (const link of links.split('\n').filter(Boolean)) await unlink(link).catch(() => undefined);
  await rm(list, { force: true });
}
