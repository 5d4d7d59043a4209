import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { commandFolder, localSsdNames } from './machine-folder.ts';
import type { Instance } from './instance.ts';
import { useInstalledCommands } from './runnable.ts';

/** A program with its arguments and its whole environment. */
export interface Launch {
  file: string;
  args: string[];
  env: Record<string, string>;
}

/** Where a machine finds the cloud. */
export interface Surroundings {
  /** `127.0.0.1:PORT` */
  metadataHost: string;
  /** `http://127.0.0.1:PORT` */
  baseUrl: string;
}

const ownNamespaces =
  '--pdeathsig KILL unshare --mount --uts --ipc --pid --fork --kill-child --propagation private'.split(' ');
// What a machine has for sure, whatever its image.
const folders = 'dev/disk/by-id etc home mnt opt proc/sys/kernel/random root run srv tmp var/lib var/log'.split(' ');
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The machine in namespaces of its own (mount, pid, uts, ipc), on a copy-on-write root over the host's files. `hidden` are
 * paths of the host whose content it must not see. Everything in it ends with its first process, and that with ours.
 */
export async function namespacedLaunch(
  folder: string,
  instance: Instance,
  around: Surroundings,
  hidden: readonly string[],
): Promise<Launch> {
  const etc = join(folder, 'root/etc');
  await mkdir(etc, { recursive: true });
  await writeFile(join(etc, 'hostname'), `${instance.name}\n`);
  // Containers have these two as mounts of their own, which are not in the layer below.
  await writeFile(join(etc, 'hosts'), `${await text('/etc/hosts')}\n127.0.1.1 ${instance.name}\n`);
  await writeFile(join(etc, 'resolv.conf'), await text('/etc/resolv.conf'));
  return {
    file: 'setpriv',
    args: [...ownNamespaces, 'bash', join(folder, 'root', commandFolder, 'enter'), folder, instance.name, ...hidden],
    env: environment(around, `/${commandFolder}`, systemPath, '/root'),
  };
}

/** The machine as a plain process group whose root is a folder (CLUSTER_ROOT): it can see the host, and is trusted not to. */
export async function plainLaunch(
  folder: string,
  instance: Instance,
  around: Surroundings,
  path: string,
): Promise<Launch> {
  const root = join(folder, 'root');
  const own = join(root, commandFolder);
  await useInstalledCommands(own);
  for (const directory of folders) {
    await mkdir(join(root, directory), { recursive: true });
  }
  await copyFile(join(folder, 'boot-id'), join(root, 'proc/sys/kernel/random/boot_id'));
  for (const disk of localSsdNames(instance)) await writeFile(join(root, 'dev/disk/by-id', disk), '');
  await symlink('../../../../../shares', join(own, 'shares')).catch(() => undefined);
  return {
    file: 'bash',
    args: [join(own, 'init')],
    env: { ...environment(around, own, path, join(root, 'root')), CLUSTER_ROOT: root, TMPDIR: join(root, 'tmp') },
  };
}

function environment(around: Surroundings, own: string, path: string, home: string): Record<string, string> {
  return {
    PATH: `${own}:${path}`,
    HOME: home,
    LANG: 'C.UTF-8',
    GCE_METADATA_HOST: around.metadataHost,
    STORAGE_EMULATOR_HOST: around.baseUrl,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${around.baseUrl}/compute/v1/`,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
