import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';

import { absolutePath } from './byte-path.ts';
import type { BytePath } from './byte-path.ts';
import { leavingLinks } from './links.ts';
import { stampOf } from './tree.ts';
import type { Refusal, Tree } from './tree.ts';

// Entries of one directory that are looked at side by side: enough to hide the latency of a network file system.
const atOnce = 64;

/**
 * Lists everything below the directory `top`, without ever following a link, and what of it cannot be copied. Entries
 * that vanish while the walk goes on are left out. Throws the signal's reason when it is aborted.
 */
export async function walk(top: string, signal?: AbortSignal): Promise<{ tree: Tree; refusals: Refusal[] }> {
  const found: Found = { tree: { files: [], directories: [], links: [] }, refusals: [] };
  const { tree, refusals } = found;
  const problem = await topProblem(top);
  if (problem !== undefined) return { tree, refusals: [{ path: '', reason: problem }] };

  const ahead: BytePath[] = [''];
  for (let parent = ahead.pop(); parent !== undefined; parent = ahead.pop()) {
    const names = await namesIn(top, parent, refusals);
    const prefix = parent === '' ? '' : `${parent}/`;
    for (let at = 0; at < names.length; at += atOnce) {
      signal?.throwIfAborted();
      const paths = names.slice(at, at + atOnce).map((name) => prefix + name);
      const isDirectory = await Promise.all(paths.map((path) => look(top, path, found)));
      ahead.push(...paths.filter((_, index) => isDirectory[index]));
    }
  }

  refusals.push(...leavingLinks(tree));
  for (const list of [tree.files, tree.directories, tree.links, refusals]) list.sort(byPath);
  return found;
}

interface Found {
  tree: Tree;
  refusals: Refusal[];
}

async function topProblem(top: string): Promise<string | undefined> {
  try {
    return (await stat(top)).isDirectory() ? undefined : 'is not a directory';
  } catch (error) {
    return isGone(error) ? 'does not exist here; is it mounted (docker run -v)?' : unreadable(error);
  }
}

async function namesIn(top: string, path: BytePath, refusals: Refusal[]): Promise<string[]> {
  try {
    const names = await readdir(absolutePath(top, path), { encoding: 'buffer' });
    return names.map((name) => name.toString('latin1'));
  } catch (error) {
    if (!isGone(error)) refusals.push({ path, reason: unreadable(error) });
    return [];
  }
}

/** Notes what is at `path`; answers whether it is a directory to go into. */
async function look(top: string, path: BytePath, { tree, refusals }: Found): Promise<boolean> {
  const absolute = absolutePath(top, path);
  try {
    const stats = await lstat(absolute);
    const mode = stats.mode & 0o777;
    if (stats.isDirectory()) {
      tree.directories.push({ path, mode });
      return true;
    }
    if (stats.isSymbolicLink()) {
      const target = await readlink(absolute, { encoding: 'buffer' });
      tree.links.push({ path, target: target.toString('latin1') });
    } else if (stats.isFile()) {
      // Where everybody may read there is nothing to try.
      if ((mode & 0o444) !== 0o444) await tryToOpen(absolute);
      tree.files.push({ path, mode, stamp: stampOf(stats) });
    } else {
      refusals.push({ path, reason: `is a ${kindOf(stats)}` });
    }
  } catch (error) {
    if (!isGone(error)) refusals.push({ path, reason: unreadable(error) });
  }
  return false;
}

async function tryToOpen(absolute: Buffer): Promise<void> {
  const handle = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  await handle.close();
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'named pipe';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block device' : 'character device';
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
  if (code === 'ENAMETOOLONG') return 'cannot be read: its path is longer than the 4,095 bytes that Linux can open';
  return `cannot be read: ${code ?? message}`;
}

function byPath(one: { path: BytePath }, other: { path: BytePath }): number {
  if (one.path === other.path) return 0;
  return one.path < other.path ? -1 : 1;
}
