import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Tells whether every user of this machine may read a file of ours, so that `chmod 600` would be right. A file of
 * another user, or on a read-only file system, is not ours to change: that is how files are mounted into containers,
 * where their mode is often what lets us read them.
 */
export async function isExposed(path: string): Promise<boolean> {
  const real = await realpath(path);
  const { mode, uid } = await stat(real);
  if ((mode & 0o004) === 0 || uid !== process.getuid?.() || (await isReadOnly(real))) return false;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function isReadOnly(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}
