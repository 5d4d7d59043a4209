import { createHash } from 'node:crypto';

import type { Buffers } from './buffers.ts';
import { shardBytes } from './group.ts';
import type { Group } from './group.ts';
import { openFile } from './read.ts';
import type { Source } from './read.ts';
import { archiveEnd, headerSpace, memberSpace, writeMember } from './tar.ts';
import type { TreeFile } from './tree.ts';

/** What is stored as one object, before it is compressed. */
export interface Shard {
  /** `<sha256>.tar.zst` or `<sha256>.part.zst`, with the sha256 of `content`. */
  name: string;
  sha256: string;
  content: Buffer;
  /** Files that are whole once this shard is stored. */
  files: number;
  /** Bytes of files in it. */
  bytes: number;
  /** Gives the memory of `content` back: to be called once, when the content is not needed any more. */
  release(): void;
}

/** What the manifest says of a file beside name and mode: the hash of its content and the names of its shards. */
export interface Packed {
  sha256: string;
  shards: string[];
}

/** What packing needs: where the files are, the memory to pack in, where to note what was learned, when to stop. */
export interface Packing {
  source: Source;
  /** Each buffer holds `shardBytes` + `archiveExtra`. */
  buffers: Buffers;
  packed: Map<TreeFile, Packed>;
  signal: AbortSignal;
}

/**
 * Reads the files of `groups` once and yields the shards that hold them, in order. Throws ChangedError, what the system
 * says of a file that cannot be read, or the signal's reason.
 */
export async function* pack(groups: Iterable<Group>, packing: Packing): AsyncGenerator<Shard> {
  for (const group of groups) {
    if (group.kind === 'archive') yield await packArchive(group.files, packing);
    else yield* packParts(group.file, packing);
  }
}

async function packArchive(files: readonly TreeFile[], { source, buffers, packed, signal }: Packing): Promise<Shard> {
  const buffer = await buffers.take(signal);
  const release = (): void => buffers.give(buffer);
  try {
    const { members, end } = layOut(files, buffer);
    await readMembers(members, source, signal);
    for (const { file, start, content } of members) {
      writeMember(buffer, start, file.path, file.mode, content.length);
    }
    const content = buffer.fill(0, end, end + archiveEnd).subarray(0, end + archiveEnd);
    const hash = sha256(content);
    const name = `${hash}.tar.zst`;
    for (const member of members) packed.set(member.file, { sha256: sha256(member.content), shards: [name] });
    const bytes = members.reduce((sum, member) => sum + member.content.length, 0);
    return { name, sha256: hash, content, files: files.length, bytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

interface Member {
  file: TreeFile;
  /** Where its headers begin in the archive. */
  start: number;
  /** The part of the archive that its content goes to. */
  content: Buffer;
}

function layOut(files: readonly TreeFile[], buffer: Buffer): { members: Member[]; end: number } {
  let end = 0;
  const members = files.map((file) => {
    const { size } = file.stamp;
    const start = end;
    const from = start + headerSpace(file.path);
    end = start + memberSpace(file.path, size);
    return { file, start, content: buffer.subarray(from, from + size) };
  });
  return { members, end };
}

// Small files that are read side by side: hides the latency of a network file system.
const readers = 16;

async function readMembers(members: readonly Member[], source: Source, signal: AbortSignal): Promise<void> {
  const rest = members.values();
  const read = async (): Promise<void> => {
    for (const { file, content } of rest) {
      signal.throwIfAborted();
      await using open = await openFile(source, file);
      await open.read(content);
      await open.finish();
    }
  };
  // All of them have to be done before the buffer can be used for something else, whatever became of the first.
  const outcomes = await Promise.allSettled(Array.from({ length: readers }, read));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

async function* packParts(file: TreeFile, { source, buffers, packed, signal }: Packing): AsyncGenerator<Shard> {
  const { size } = file.stamp;
  const whole = createHash('sha256');
  const shards: string[] = [];
  await using open = await openFile(source, file);
  for (let offset = 0; offset < size; offset += shardBytes) {
    const buffer = await buffers.take(signal);
    const content = buffer.subarray(0, Math.min(shardBytes, size - offset));
    const release = (): void => buffers.give(buffer);
    const isLast = offset + content.length === size;
    try {
      await open.read(content);
      if (isLast) await open.finish();
    } catch (error) {
      release();
      throw error;
    }
    whole.update(content);
    const hash = sha256(content);
    const name = `${hash}.part.zst`;
    shards.push(name);
    yield { name, sha256: hash, content, files: isLast ? 1 : 0, bytes: content.length, release };
  }
  packed.set(file, { sha256: whole.digest('hex'), shards });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
