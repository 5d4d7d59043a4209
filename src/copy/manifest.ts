import { hash } from 'node:crypto';

import { escapePath } from './byte-path.ts';
import type { Tree, TreeFile } from './tree.ts';

/** What the manifest says of a file beside name and mode. */
export interface Packed {
  /** Of its content; undefined for a file in parts. */
  sha256: string | undefined;
  /** Names of its shards, in order. */
  shards: string[];
}

/** A shard as the manifest tells of it: hash and size of what it holds unpacked, and the object that holds it. */
export interface StoredShard {
  sha256: string;
  bytes: number;
  object: string;
}

/** A manifest ready to be stored. */
export interface Manifest {
  text: string;
  sha256: string;
}

const firstLine = '#cluster-provision-files 1';

/**
 * Writes the manifest of a tree; the format is described in README.md. The same tree gives the same text. `shards`
 * has every shard that `packed` names.
 */
export function renderManifest(
  tree: Tree,
  packed: ReadonlyMap<TreeFile, Packed>,
  shards: ReadonlyMap<string, StoredShard>,
): Manifest {
  const numbers = new Map<string, number>();
  const shardLines: string[] = [];
  const fileLines: string[] = [];
  let bytes = 0;
  for (const file of tree.files) {
    const { sha256, shards: names } = known(packed, file);
    for (const name of names) {
      if (numbers.has(name)) continue;
      const shard = known(shards, name);
      numbers.set(name, shardLines.length);
      shardLines.push(line('S', shard.sha256, shard.bytes, shard.object));
    }
    const places = names.map((name) => numbers.get(name)).join(',');
    const sum = sha256 ?? sumOfParts(names.map((name) => known(shards, name)));
    fileLines.push(line('F', octal(file.mode), file.stamp.size, sum, places, escapePath(file.path)));
    bytes += file.stamp.size;
  }
  const text = [
    `${firstLine}\n#files ${tree.files.length}\n#bytes ${bytes}\n#directories ${tree.directories.length}\n`,
    ...shardLines,
    ...tree.directories.map(({ path, mode }) => line('D', octal(mode), escapePath(path))),
    ...fileLines,
    ...tree.links.map(({ path, target }) => line('L', escapePath(path), escapePath(target))),
  ].join('');
  return { text, sha256: hash('sha256', text) };
}

/** The object names of the shards that a manifest needs; `undefined` when the text is no manifest of ours. */
export function shardObjects(text: string): string[] | undefined {
  if (!text.startsWith(`${firstLine}\n`)) return undefined;
  const shardLines = text.split('\n').filter((row) => row.startsWith('S\t'));
  return shardLines.map((row) => row.split('\t')[3] ?? '');
}

/** What a file in parts is told by: each part has a sum already, and to hash all of it again would take as long again. */
function sumOfParts(parts: readonly StoredShard[]): string {
  return hash('sha256', parts.map(({ sha256 }) => sha256).join(''));
}

function line(...columns: readonly (string | number)[]): string {
  return `${columns.join('\t')}\n`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error('a file was left out by the packer');
  return value;
}
