import { spawn } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { Duplex } from 'node:stream';

import { poll } from '../../core/poll.ts';
import type { World } from '../service.ts';
import { loginsOf } from '../services/os-login.ts';
import type { Instance } from './instance.ts';
import { commandFolder } from './machine-folder.ts';

/** The processes of a machine with a root of its own. */
export interface Inside {
  /** The process outside that the machine's first process is a child of. */
  pid: number;
  /** What every process of the machine has in its environment. */
  env: Readonly<Record<string, string>>;
}

/**
 * A connection to the sshd of a machine: a real one, started for this connection inside the machine's namespaces, so that
 * no port of the host is taken. Answers `undefined` where this host has none, or the machine has ended.
 */
export async function connectToSshd(
  world: World,
  key: string,
  instance: Instance,
  inside: Inside,
): Promise<Duplex | undefined> {
  const installed = await access('/usr/sbin/sshd').then(
    () => true,
    () => false,
  );
  const init = installed ? await firstProcess(inside.pid) : undefined;
  if (init === undefined) return undefined;
  const [, project = ''] = key.split('/');
  const logins = loginsOf(world.store, project, (instance.serviceAccounts ?? []).length > 0, world.clock.now());
  const child = spawn('nsenter', [...namespacesOf(init), `/${commandFolder}/answer-ssh`], {
    env: {
      ...inside.env,
      LOGINS: logins.map(({ username, uid, homeDirectory }) => `${username} ${uid} ${homeDirectory}`).join('\n'),
      KEYS: logins.flatMap(({ username, keys }) => keys.map((line) => `${username} ${line}`)).join('\n'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  const connection = Duplex.from({ writable: child.stdin, readable: child.stdout });
  connection.on('close', () => child.kill());
  return connection;
}

function namespacesOf(pid: number): string[] {
  return ['--target', String(pid), '--mount', '--uts', '--ipc', '--pid', '--root', '--wd'];
}

// The machine's first process, once its root is made: enter.sh has become init.sh by then.
async function firstProcess(parent: number): Promise<number | undefined> {
  return poll(
    async () => {
      const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
      const child = Number(children.split(' ')[0]);
      const words = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
      return words.split('\0').includes(`/${commandFolder}/init`) && !words.startsWith('setpriv') ? child : undefined;
    },
    { every: 50, first: 5, timeout: 10_000 },
  );
}
