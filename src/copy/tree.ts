import type { Stats } from 'node:fs';

import type { BytePath } from './byte-path.ts';

/** What must stay the same while a file is read; times in milliseconds since 1970. */
export interface Stamp {
  size: number;
  inode: number;
  modified: number;
  changed: number;
}

/** A regular file of the directory. `mode` holds the permission bits only. */
export interface TreeFile {
  path: BytePath;
  mode: number;
  stamp: Stamp;
}

/** A directory below the top one. */
interface TreeDirectory {
  path: BytePath;
  mode: number;
}

/** A symbolic link, kept as it is. */
interface TreeLink {
  path: BytePath;
  target: BytePath;
}

/** Everything below a directory, each list in order of the paths' bytes. */
export interface Tree {
  files: TreeFile[];
  directories: TreeDirectory[];
  links: TreeLink[];
}

/** An entry that cannot be copied, and why, in words that complete "this entry …". */
export interface Refusal {
  path: BytePath;
  reason: string;
}

/** The stamp of a file that was just looked at. */
export function stampOf(stats: Stats): Stamp {
  return { size: stats.size, inode: stats.ino, modified: stats.mtimeMs, changed: stats.ctimeMs };
}

/** Tells whether a file is still the one that was looked at before. */
export function sameStamp(before: Stamp, after: Stamp): boolean {
  return (
    before.size === after.size &&
    before.inode === after.inode &&
    before.modified === after.modified &&
    before.changed === after.changed
  );
}
