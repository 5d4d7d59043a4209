import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Clock } from '../core/clock.ts';

/** Who has the folder: us, or another process whose listener we use. */
export type Ownership =
  | {
      own: true;
      id: string;
      /** Tells the others where we listen; without a URL they wait, because we open or close. */
      announce(url?: string): void;
      /** Gives the folder back. */
      release(): void;
    }
  | { own: false; url: string };

interface Record {
  id: string;
  pid: number;
  /** Missing while the owner opens or closes its store. */
  url?: string;
  /** The owner gave the folder back. */
  released?: true;
}

// An owner needs far less to open or close its store; after that (milliseconds) it is taken for dead.
const patience = 15_000;
const askEvery = 50;

/**
 * Takes the folder, or finds the process that has it. Each owner writes a file with the next higher number, which only
 * one of several contenders can do; so an owner that was killed is followed by exactly one other.
 */
export async function takeFolder(folder: string, clock: Clock): Promise<Ownership> {
  for (let waited = 0; ;) {
    const last = lastNumber(folder);
    const owner = last === 0 ? undefined : read(folder, last);
    // Unreadable: it is being written in this moment, or its writer was killed then.
    const state = owner ? await stateOf(owner) : last === 0 ? 'gone' : 'opening';
    if (state === 'listening' && owner?.url) return { own: false, url: owner.url };
    if (state === 'gone' || waited >= patience) {
      const own = take(folder, last + 1);
      if (own) return own;
    }
    waited += askEvery;
    await clock.sleep(askEvery);
  }
}

// Records of this process: a second opening in the same process must see the first as alive.
const ours = new Set<string>();

function take(folder: string, number: number): Ownership | undefined {
  const record: Record = { id: randomUUID(), pid: process.pid };
  try {
    writeFileSync(file(folder, number), JSON.stringify(record), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  ours.add(record.id);
  for (const older of numbers(folder)) {
    if (older < number) rmSync(file(folder, older), { force: true });
  }
  function replace(next: Record): void {
    writeFileSync(`${file(folder, number)}.new`, JSON.stringify(next));
    renameSync(`${file(folder, number)}.new`, file(folder, number));
  }
  return {
    own: true,
    id: record.id,
    announce: (url) => replace(url === undefined ? record : { ...record, url }),
    // The file stays: numbers must go on rising.
    release() {
      ours.delete(record.id);
      replace({ ...record, released: true });
    },
  };
}

async function stateOf(owner: Record): Promise<'listening' | 'opening' | 'gone'> {
  if (owner.released) return 'gone';
  if (!owner.url) return isAlive(owner) ? 'opening' : 'gone';
  try {
    const response = await fetch(`${owner.url}/_sandbox/id`, { signal: AbortSignal.timeout(5_000) });
    const { id } = (await response.json()) as { id?: string };
    return id === owner.id ? 'listening' : 'gone';
  } catch (error) {
    // A listener that is there but slow is busy, not dead; one that is not there is dead, whatever its number says.
    return (error as Error).name === 'TimeoutError' && isAlive(owner) ? 'opening' : 'gone';
  }
}

function isAlive({ id, pid }: Record): boolean {
  // A container gives its first process the same number every time: our own number is no other process.
  if (pid === process.pid) return ours.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(folder: string, number: number): Record | undefined {
  try {
    return JSON.parse(readFileSync(file(folder, number), 'utf8')) as Record;
  } catch {
    return undefined;
  }
}

function lastNumber(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function numbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = /^owner-(\d+)\.json$/.exec(name)?.[1];
    return number ? [Number(number)] : [];
  });
}

function file(folder: string, number: number): string {
  return join(folder, `owner-${number}.json`);
}
