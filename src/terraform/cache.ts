import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where things are kept that can be made again: `$XDG_CACHE_HOME`, else `~/.cache` where the home is writable, else
 * the directory for temporary files (a container with a read-only root has no other).
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: cache, HOME: home } = environment;
  if (cache?.startsWith('/')) return join(cache, 'cluster-provision');
  if (home && isWritable(home)) return join(home, '.cache', 'cluster-provision');
  return join(environment.TMPDIR || tmpdir(), 'cluster-provision');
}

/** Makes a directory that only we can read, with the ones above it. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
