import { realpath } from 'node:fs/promises';

import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { escapePath } from './byte-path.ts';
import type { Refusal, Tree } from './tree.ts';
import { walk } from './walk.ts';

/** What a copy of `dir` would carry. */
export interface CopyPlan extends Tree {
  /** The directory itself, with the links on the way to it followed. */
  top: string;
  /** Sum of the sizes of all files. */
  bytes: number;
}

// More lines than this help nobody on a terminal; all of them are in the fault's details.
const mostLines = 50;

/**
 * Looks at everything below `dir` without reading it, in time that depends on the number of entries only. Throws
 * COPY_REFUSED with all entries that cannot be copied.
 */
export async function planCopy(dir: string, signal?: AbortSignal): Promise<CopyPlan> {
  const { tree, refusals } = await walk(dir, signal);
  if (refusals.length > 0) throw refused(dir, refusals);
  return { ...tree, top: await realpath(dir), bytes: tree.files.reduce((sum, file) => sum + file.stamp.size, 0) };
}

function refused(dir: string, refusals: readonly Refusal[]): Error {
  const lines = refusals.map(({ path, reason }) => `${path === '' ? dir : escapePath(path)} ${reason}`);
  const shown = lines.slice(0, mostLines).map((line) => `  ${line}`);
  if (lines.length > mostLines) shown.push(`  and ${lines.length - mostLines} more`);
  return fail(
    'COPY_REFUSED',
    { entries: counted(lines.length, 'entry', 'entries'), path: dir, list: shown.join('\n') },
    { exists: 'nothing was uploaded', details: lines },
  );
}
