import type { BytePath } from './byte-path.ts';
import { memberSpace } from './tar.ts';
import type { TreeFile } from './tree.ts';

/** The most content bytes of one shard; a larger file is cut into parts of this size. */
export const shardBytes = 8 * 2 ** 20;

/** Room that an archive of `shardBytes` may need beside its content: one file's own headers. */
export const archiveExtra = 64 * 2 ** 10;

/** What is packed together: small files as one archive, or one large file in parts. */
export type Group = { kind: 'archive'; files: TreeFile[] } | { kind: 'parts'; file: TreeFile };

// An archive of half the size that it may have at most, on average: so few of them are cut because they are full, which
// is the one cut that depends on the files before it.
const wantedBytes = shardBytes / 2;

/**
 * Parts the files into groups that stay the same when other files change: whether a group ends after a file depends
 * on that file's path and size alone. `files` must be in order of path.
 */
export function groupFiles(files: readonly TreeFile[]): Group[] {
  const groups: Group[] = [];
  let open: TreeFile[] = [];
  let space = 0;
  const close = (): void => {
    if (open.length > 0) groups.push({ kind: 'archive', files: open });
    open = [];
    space = 0;
  };
  for (const file of files) {
    if (file.stamp.size > shardBytes) {
      groups.push({ kind: 'parts', file });
      continue;
    }
    const weight = memberSpace(file.path, file.stamp.size);
    if (space + weight > shardBytes) close();
    open.push(file);
    space += weight;
    if (fraction(file.path) < weight / wantedBytes) close();
  }
  close();
  return groups;
}

/** A number from 0 to 1 that looks random but belongs to the path: FNV-1a with a final mix, as in MurmurHash3. */
function fraction(path: BytePath): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
