import { availableParallelism } from 'node:os';

import type { Clock } from '../core/clock.ts';
import { createBuffers } from './buffers.ts';
import type { Buffers } from './buffers.ts';
import { archiveExtra, groupFiles, shardBytes } from './group.ts';
import type { Packed, StoredShard } from './manifest.ts';
import { shardObject } from './object-names.ts';
import { pack } from './pack.ts';
import type { Piece } from './pack.ts';
import { packedBytes } from './perform.ts';
import type { CopyPlan } from './plan.ts';
import { openThreads } from './threads.ts';
import type { Threads } from './threads.ts';
import type { TreeFile } from './tree.ts';
import type { Uploader } from './upload.ts';

/** How far a copy has come. */
export interface CopyProgress {
  /** Files that are in the bucket whole. */
  files: number;
  /** Bytes of files that are in the bucket. */
  bytes: number;
  /** Bytes that were sent, compressed. */
  uploadedBytes: number;
  /** Bytes of files that did not have to be sent, because the bucket had them. */
  skippedBytes: number;
}

/** Where the shards of a copy go. */
export interface Destination {
  /** The deployment's `files` folder in the bucket. */
  directory: string;
  uploader: Uploader;
  /** Names of objects that are in the bucket; what has arrived is added. */
  present: Set<string>;
  clock: Clock;
  signal: AbortSignal;
  /** Called with one shard's share of the progress. */
  onShard(share: CopyProgress): void;
}

/** What a copy has put into the bucket: everything that a manifest tells. */
export interface Sent {
  packed: Map<TreeFile, Packed>;
  /** By their names: `<sha256>.tar.zst`, `<sha256>.part.zst`. */
  shards: Map<string, StoredShard>;
}

// A thread takes 50 ms to start: as long as it takes to do here what fits into one shard.
const threadsFor = (bytes: number): number => (bytes <= shardBytes ? 0 : Math.min(availableParallelism(), 4));
// Shards that are compressed or on their way.
const sending = 6;

/**
 * Packs all files of `plan`, compresses what the bucket does not have and sends it, several shards side by side. Memory
 * grows by a record for each file, not with their sizes. The first failure is thrown once what is on its way has arrived.
 */
export async function sendShards(plan: CopyPlan, destination: Destination): Promise<Sent> {
  const failed = new AbortController();
  // Ends packing and waiting. What is on its way goes on when another shard has failed: it need not be sent again then.
  const signal = AbortSignal.any([destination.signal, failed.signal]);
  const count = threadsFor(plan.bytes);
  await using threads = openThreads(count);
  const lane: Lane = {
    ...destination,
    going: signal,
    threads,
    buffers: createBuffers(sending, packedBytes(shardBytes + archiveExtra)),
    packed: new Map(),
    shards: new Map(),
  };
  const packing = {
    source: { top: plan.top, clock: destination.clock },
    // One is read while each thread works on another.
    buffers: createBuffers(count + 1, shardBytes + archiveExtra),
    signal,
  };
  const stores: Promise<void>[] = [];
  let unreadable: { cause: unknown } | undefined;
  try {
    for await (const piece of pack(groupFiles(plan.files), packing)) {
      stores.push(store(piece, lane).catch((error: unknown) => failed.abort(error)));
    }
  } catch (cause) {
    unreadable = { cause };
  }
  await Promise.all(stores);
  signal.throwIfAborted();
  if (unreadable) throw unreadable.cause;
  return lane;
}

interface Lane extends Destination, Sent {
  /** Aborted when the copy has failed or shall end. */
  going: AbortSignal;
  threads: Threads;
  /** For what is compressed. */
  buffers: Buffers;
}

async function store(piece: Piece, lane: Lane): Promise<void> {
  const { content, files, bytes } = piece;
  const { present, shards, uploader, signal, onShard } = lane;
  let packed: { buffer: Buffer; content: Buffer } | undefined;
  let object: string;
  try {
    const { name, sha256 } = await identify(piece, lane);
    object = shardObject(lane.directory, name);
    const isThere = present.has(object) || shards.has(name);
    shards.set(name, { sha256, bytes: content.length, object });
    if (!isThere) packed = await compress(content, lane);
  } finally {
    piece.release();
  }
  if (!packed) {
    onShard({ files, bytes, uploadedBytes: 0, skippedBytes: bytes });
    return;
  }
  try {
    const isNew = await uploader.put({ name: object, type: 'application/zstd', content: packed.content }, signal);
    present.add(object);
    onShard({ files, bytes, uploadedBytes: isNew ? packed.content.length : 0, skippedBytes: isNew ? 0 : bytes });
  } finally {
    lane.buffers.give(packed.buffer);
  }
}

/** The name of a piece, by its hash; notes what the manifest is to say of the files in it. */
async function identify(
  { kind, content, members, part }: Piece,
  { threads, going, packed }: Lane,
): Promise<{ name: string; sha256: string }> {
  const files = kind === 'tar' ? members : [];
  const [sha256 = '', ...sums] = await threads.hash([content, ...files.map((member) => member.content)], going);
  const name = `${sha256}.${kind}.zst`;
  for (const [index, { file }] of members.entries()) {
    const known = packed.get(file) ?? { sha256: sums[index], shards: [] };
    known.shards[part] = name;
    packed.set(file, known);
  }
  return { name, sha256 };
}

async function compress(content: Buffer, lane: Lane): Promise<{ buffer: Buffer; content: Buffer }> {
  const { buffers, threads, going } = lane;
  const buffer = await buffers.take(going);
  try {
    return { buffer, content: await threads.compress(content, buffer, going) };
  } catch (error) {
    buffers.give(buffer);
    throw error;
  }
}
