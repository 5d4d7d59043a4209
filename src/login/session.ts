import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Clock } from '../core/clock.ts';
import { fail } from '../core/faults.ts';
import { makeOpensshKey } from '../core/openssh-key.ts';
import { getGuestAttributes, lastPart } from '../google/compute-machines.ts';
import { isGoogleError } from '../google/http.ts';
import { identify } from '../google/identity.ts';
import type { Identity } from '../google/identity.ts';
import { deleteSshPublicKey, importSshPublicKey } from '../google/os-login.ts';
import { loginDenied } from './denied.ts';
import { knownHosts } from './known-hosts.ts';
import type { Place } from './place.ts';
import { sessionFiles } from './ssh.ts';

/** A key for one session, announced to Google; disposing of it takes it away everywhere. */
export interface LoginSession extends AsyncDisposable {
  identity: Identity;
  username: string;
  /** Under which the machine's host keys are in the folder's known_hosts. */
  alias: string;
  /** The machine's host keys are known. */
  strict: boolean;
  /** Private to us, with the files that ssh needs (`sessionFiles`). */
  folder: string;
}

// Milliseconds for which the key lets somebody in: it is needed at the beginning only, and the clocks need not agree.
const life = 5 * 60_000;

/**
 * Makes a fresh key, announces it through OS Login, and asks for the machine's host keys, all at once. Throws LOGIN_DENIED,
 * IDENTITY_UNKNOWN, API_DISABLED.
 */
export async function openLogin(place: Place, clock: Clock): Promise<LoginSession> {
  const { cloud, http, project, machine } = place;
  const zone = lastPart(machine.zone);
  const alias = `compute.${machine.id ?? machine.name}`;
  const { publicKey, privateKey } = makeOpensshKey('cluster-provision');
  const folder = await mkdtemp(join(tmpdir(), 'cluster-provision-ssh-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => void (await Promise.allSettled(undo.map((one) => one())));
  try {
    const announce = async (): Promise<{ identity: Identity; username: string }> => {
      const identity = await identify(cloud, http);
      const region = zone.replace(/-[a-z]$/, '');
      const expires = clock.now() + life;
      const { username, fingerprint, details } = await importSshPublicKey(http, {
        ...{ user: identity.email, project, region, key: publicKey, expires },
      }).catch(async (error: unknown) => {
        if (isGoogleError(error, 403, 'SERVICE_DISABLED')) {
          throw fail('API_DISABLED', { project, apis: 'oslogin.googleapis.com' }, { cause: error });
        }
        if (isGoogleError(error, 403)) throw await loginDenied(place, identity, error.message);
        throw error;
      });
      if (fingerprint === undefined || username === '') throw await loginDenied(place, identity, details);
      undo.push(() => deleteSshPublicKey(http, identity.email, fingerprint));
      return { identity, username };
    };
    const [announced, hosts] = await Promise.all([
      announce(),
      getGuestAttributes(http, project, zone, machine.name, 'hostkeys').then((found) => knownHosts(alias, found)),
      writeFile(join(folder, sessionFiles.key), privateKey, { mode: 0o600 }),
    ]);
    await writeFile(join(folder, sessionFiles.knownHosts), hosts ?? '', { mode: 0o600 });
    return { ...announced, alias, strict: hosts !== undefined, folder, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
