import type { Buffers } from './buffers.ts';
import { shardBytes } from './group.ts';
import type { Group } from './group.ts';
import { openFile } from './read.ts';
import type { Source } from './read.ts';
import { archiveEnd, headerSpace, memberSpace, writeMember } from './tar.ts';
import type { TreeFile } from './tree.ts';

/** What is stored as one object, before anything is known of its bytes. */
export interface Piece {
  /** An archive of small files, or one part of a large one. */
  kind: 'tar' | 'part';
  content: Buffer;
  /** The files of the archive with their content in it, or the file that it is a part of. */
  members: readonly Member[];
  /** Which part of its file it is, from 0; 0 for an archive. */
  part: number;
  /** Files that are whole once this piece is stored. */
  files: number;
  /** Bytes of files in it. */
  bytes: number;
  /** Gives the memory of `content` back: to be called once, when the content is not needed any more. */
  release(): void;
}

/** A file, and those of its bytes that are in a piece. */
interface Member {
  file: TreeFile;
  content: Buffer;
}

/** What packing needs: where the files are, the memory to pack in, when to stop. */
export interface Packing {
  source: Source;
  /** Each buffer holds `shardBytes` + `archiveExtra`. */
  buffers: Buffers;
  signal: AbortSignal;
}

/**
 * Reads the files of `groups` once and yields the pieces that hold them, in order. Throws ChangedError, what the system
 * says of a file that cannot be read, or the signal's reason.
 */
export async function* pack(groups: Iterable<Group>, packing: Packing): AsyncGenerator<Piece> {
  for (const group of groups) {
    if (group.kind === 'archive') yield await packArchive(group.files, packing);
    else yield* packParts(group.file, packing);
  }
}

async function packArchive(files: readonly TreeFile[], { source, buffers, signal }: Packing): Promise<Piece> {
  const buffer = await buffers.take(signal);
  const release = (): void => buffers.give(buffer);
  try {
    const { members, end } = layOut(files, buffer);
    await readMembers(members, source, signal);
    for (const { file, start, content } of members) {
      writeMember(buffer, start, file.path, file.mode, content.length);
    }
    const content = buffer.fill(0, end, end + archiveEnd).subarray(0, end + archiveEnd);
    const bytes = members.reduce((sum, member) => sum + member.content.length, 0);
    return { kind: 'tar', content, members, part: 0, files: files.length, bytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

interface Place extends Member {
  /** Where its headers begin in the archive. */
  start: number;
}

function layOut(files: readonly TreeFile[], buffer: Buffer): { members: Place[]; end: number } {
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

async function* packParts(file: TreeFile, { source, buffers, signal }: Packing): AsyncGenerator<Piece> {
  const { size } = file.stamp;
  await using open = await openFile(source, file);
  for (let part = 0; part * shardBytes < size; part += 1) {
    const buffer = await buffers.take(signal);
    const content = buffer.subarray(0, Math.min(shardBytes, size - part * shardBytes));
    const release = (): void => buffers.give(buffer);
    const isLast = part * shardBytes + content.length === size;
    try {
      await open.read(content);
      if (isLast) await open.finish();
    } catch (error) {
      release();
      throw error;
    }
    const members = [{ file, content }];
    yield { kind: 'part', content, members, part, files: isLast ? 1 : 0, bytes: content.length, release };
  }
}
