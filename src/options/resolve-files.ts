import { readdirSync } from 'node:fs';
import { resolve as absolute } from 'node:path';

import type { Findings } from './findings.ts';
import { parseMachinePath } from './kinds.ts';
import { Refusal } from './refusal.ts';
import type { OptionKey, TableValues } from './table.ts';

/** What is copied, and where it lands on the machines. */
export interface Files {
  copyDirPath?: string;
  copyDestination?: string;
}

/** Where the program runs. */
export interface Surroundings {
  /** What relative paths are relative to. */
  cwd: string;
  /** Those of the directories that users mount which are there and not empty; default: has a look. */
  mounts?: readonly string[] | undefined;
}

const localSsdPath = '/mnt/localssd';
// Where the documentation has directories mounted, and where the former image had them: it copied what was there unasked.
const usualMount = '/usr/cp';
const formerMount = '/usr/aiinfra/copy';

/** Settles where files land, and finds two things that want the same place. */
export function resolveFiles(
  values: TableValues,
  machine: Surroundings & { localSsdCount: number },
  findings: Findings,
): Files {
  const { copyDestination, startupCommand, startupScriptPath } = values;
  const copyDirPath = values.copyDirPath ?? mountedDirectory(machine, findings);
  if (startupCommand !== undefined && startupScriptPath !== undefined) {
    findings.complain('startupScriptPath', ['startupCommand'], 'and STARTUP_COMMAND exclude each other; leave one out');
  }
  if (copyDestination !== undefined && copyDirPath === undefined) {
    findings.note('VM_LOCALFILE_DEST_PATH has no effect without COPY_DIR_PATH');
  }
  findOverlaps(values, machine.localSsdCount, findings);
  if (copyDirPath === undefined) return {};
  const source = absolute(machine.cwd, copyDirPath);
  for (const option of ['workDir', ...(values.sandbox ? (['sandboxDir'] as const) : [])] as const) {
    const place = absolute(machine.cwd, values[option]);
    if (inside(place, source)) {
      findings.complain(
        option,
        ['copyDirPath'],
        `${place} is inside COPY_DIR_PATH, so it would be copied to the machines; choose another place`,
      );
    }
  }
  return { copyDirPath, copyDestination: copyDestination ?? samePlace(source, findings) };
}

function mountedDirectory({ mounts = mounted() }: Surroundings, { note }: Findings): string | undefined {
  if (mounts.includes(formerMount)) {
    note(`COPY_DIR_PATH is ${formerMount}, because that is mounted, as in former versions`);
    return formerMount;
  }
  if (mounts.includes(usualMount)) {
    note(`${usualMount} is mounted, but nothing is copied: COPY_DIR_PATH=${usualMount} copies it to the machines`);
  }
  return undefined;
}

function mounted(): string[] {
  return [usualMount, formerMount].filter((directory) => {
    try {
      return readdirSync(directory).length > 0;
    } catch (error) {
      // One that cannot be read is refused by name when it is to be copied.
      return (error as NodeJS.ErrnoException).code === 'EACCES';
    }
  });
}

function samePlace(path: string, { complain }: Findings): string {
  try {
    return parseMachinePath(path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(
      'copyDestination',
      ['copyDirPath'],
      `must be given to copy ${path}: the machines have a ${path} of their own`,
    );
    return path;
  }
}

function findOverlaps({ gcsMounts, nfsShares }: TableValues, localSsdCount: number, { complain }: Findings): void {
  const places: [OptionKey, string][] = [
    ...(localSsdCount > 0 ? [['localSsdCount', localSsdPath] satisfies [OptionKey, string]] : []),
    ...gcsMounts.map(({ path }): [OptionKey, string] => ['gcsMounts', path]),
    ...nfsShares.map(({ path }): [OptionKey, string] => ['nfsShares', path]),
  ];
  for (const [index, [option, path]] of places.entries()) {
    const taken = places
      .slice(0, index)
      .find(([other, place]) => other !== option && (inside(path, place) || inside(place, path)));
    if (taken)
      complain(
        option,
        [taken[0]],
        `${path} overlaps ${taken[1]}, where ${taken[0] === 'gcsMounts' ? 'a bucket is' : 'the local SSDs are'} mounted`,
      );
  }
}

function inside(path: string, place: string): boolean {
  return `${path}/`.startsWith(`${place}/`);
}
