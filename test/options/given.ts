import { isFault } from '../../src/core/faults.ts';
import { readOptions } from '../../src/options/read.ts';
import type { Options } from '../../src/options/read.ts';

/** What every create needs; rows of the tests add to it. */
export const least = { PROJECT_ID: 'my-project', NAME_PREFIX: 'demo', ZONE: 'us-central1-f' };

type Variables = Readonly<Record<string, string | undefined>>;

/** The options of `create` with these variables beside the least that it needs. */
export function created(env: Variables = {}, argv: readonly string[] = ['create']): Options {
  return readOptions({ env: { ...least, ...env }, argv, cwd: '/home/me' }).options;
}

/** The notes of the same. */
export function noted(env: Variables = {}, argv: readonly string[] = ['create']): string[] {
  return readOptions({ env: { ...least, ...env }, argv, cwd: '/home/me' }).notes;
}

/** The lines of OPTIONS_WRONG of the same. */
export function mistakes(env: Variables = {}, argv: readonly string[] = ['create']): string[] {
  return linesOf(() => created(env, argv));
}

/** The lines of the OPTIONS_WRONG that `read` throws, without their indentation; empty when there is nothing wrong. */
export function linesOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!isFault(error, 'OPTIONS_WRONG')) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}
