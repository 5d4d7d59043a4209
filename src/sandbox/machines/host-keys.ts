import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { makeOpensshKey } from '../../core/openssh-key.ts';
import type { Store } from '../service.ts';
import { putGuestAttribute } from './guest-attributes.ts';
import type { Instance } from './instance.ts';
import { metadataOf } from './instance.ts';

/**
 * What Google's guest agent does at a machine's first boot: makes its host keys, and writes their public halves as guest
 * attributes where these are switched on. https://cloud.google.com/compute/docs/connect/ssh-best-practices/network-access#guest-attributes
 */
export async function giveHostKeys(store: Store, key: string, instance: Instance, folder: string): Promise<void> {
  const directory = join(folder, 'root/etc/ssh');
  const file = join(directory, 'ssh_host_ed25519_key');
  let publicKey = await readFile(`${file}.pub`, 'utf8').catch(() => undefined);
  if (publicKey === undefined) {
    const made = makeOpensshKey(`root@${instance.name}`);
    await mkdir(directory, { recursive: true });
    await writeFile(file, made.privateKey, { mode: 0o600 });
    await writeFile(`${file}.pub`, `${made.publicKey}\n`);
    ({ publicKey } = made);
  }
  if (metadataOf(instance).get('enable-guest-attributes')?.toUpperCase() !== 'TRUE') return;
  const [type = '', value = ''] = publicKey.split(' ');
  putGuestAttribute(store, key, { namespace: 'hostkeys', key: type, value });
}
