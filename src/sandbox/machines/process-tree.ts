import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import { poll } from '../../core/poll.ts';
import type { Launch } from './launch.ts';

/** The running processes of one machine. */
export interface ProcessTree {
  /** The outermost process; `undefined` when it could not be started. */
  pid: number | undefined;
  /** The exit code of the start-up script; `undefined` when the machine ended before it. */
  script: Promise<number | undefined>;
  /** Kills everything, and answers when it is gone. */
  kill(): Promise<void>;
}

/** Starts a machine; what its start-up script says goes to `say`. */
export function startProcessTree(launch: Launch, say: (text: string) => void): ProcessTree {
  // A group of its own, so that one signal reaches all; descriptor 3 tells the script's exit code (commands/init.sh).
  const child = spawn(launch.file, launch.args, {
    cwd: '/',
    env: launch.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      say(`${error.message}\n`);
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', say);
  const told = (child.stdio[3] as Readable).setEncoding('utf8');

  return {
    pid: child.pid,
    script: new Promise((resolve) => {
      told.once('data', (code: string) => resolve(Number(code)));
      told.once('close', () => resolve(undefined));
    }),
    async kill() {
      if (child.pid === undefined) return;
      killGroup(child.pid);
      await ended;
      await groupGone(child.pid);
    },
  };
}

// What held none of our pipes may outlive their end by a moment; zombies that nobody reaps are not waited for.
async function groupGone(pid: number): Promise<void> {
  await poll(async () => !groupExists(pid) || undefined, { every: 5, timeout: 1_000 });
}

function groupExists(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
