import { availableParallelism } from 'node:os';

import type { Clock } from '../core/clock.ts';
import { createBuffers } from './buffers.ts';
import type { Buffers } from './buffers.ts';
import { createCompressor, packedBytes } from './compressor.ts';
import type { Compressor } from './compressor.ts';
import { archiveExtra, groupFiles, shardBytes } from './group.ts';
import type { StoredShard } from './manifest.ts';
import { shardObject } from './object-names.ts';
import { pack } from './pack.ts';
import type { Packed, Shard } from './pack.ts';
import type { CopyPlan } from './plan.ts';
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
  shards: Map<string, StoredShard>;
}

const threads = Math.min(availableParallelism(), 4);
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
  await using compressor = createCompressor(threads);
  const lane: Lane = {
    ...destination,
    going: signal,
    compressor,
    buffers: createBuffers(sending, packedBytes(shardBytes + archiveExtra)),
  };
  const packing = {
    source: { top: plan.top, clock: destination.clock },
    // One is read while each thread works on another.
    buffers: createBuffers(threads + 1, shardBytes + archiveExtra),
    packed: new Map<TreeFile, Packed>(),
    signal,
  };
  const shards = new Map<string, StoredShard>();
  const stores: Promise<void>[] = [];
  let unreadable: { cause: unknown } | undefined;
  try {
    for await (const shard of pack(groupFiles(plan.files), packing)) {
      const object = shardObject(destination.directory, shard.name);
      if (lane.present.has(object) || shards.has(shard.name)) skip(shard, lane);
      else stores.push(store(shard, object, lane).catch((error: unknown) => failed.abort(error)));
      shards.set(shard.name, { sha256: shard.sha256, bytes: shard.content.length, object });
    }
  } catch (cause) {
    unreadable = { cause };
  }
  await Promise.all(stores);
  signal.throwIfAborted();
  if (unreadable) throw unreadable.cause;
  return { packed: packing.packed, shards };
}

interface Lane extends Destination {
  /** Aborted when the copy has failed or shall end. */
  going: AbortSignal;
  compressor: Compressor;
  /** For what the compressor makes. */
  buffers: Buffers;
}

function skip({ files, bytes, release }: Shard, { onShard }: Lane): void {
  release();
  onShard({ files, bytes, uploadedBytes: 0, skippedBytes: bytes });
}

async function store(shard: Shard, name: string, lane: Lane): Promise<void> {
  const { buffers, compressor, uploader, present, signal, onShard } = lane;
  const { files, bytes } = shard;
  const buffer = await buffers.take(lane.going).catch((error: unknown) => {
    shard.release();
    throw error;
  });
  try {
    const content = await compressor.compress(shard.content, buffer).finally(shard.release);
    const isNew = await uploader.put({ name, type: 'application/zstd', content }, signal);
    present.add(name);
    onShard({ files, bytes, uploadedBytes: isNew ? content.length : 0, skippedBytes: isNew ? 0 : bytes });
  } finally {
    buffers.give(buffer);
  }
}
