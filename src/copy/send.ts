import { availableParallelism } from 'node:os';

import type { Clock } from '../core/clock.ts';
import { createBuffers } from './buffers.ts';
import { compress } from './compress.ts';
import { createGate } from './gate.ts';
import type { Gate } from './gate.ts';
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

// Shards that are read, compressed or wait to be sent. libuv has four threads, and reading needs one of them.
const packers = Math.min(availableParallelism(), 3) + 1;
// Compressed bytes that are on their way.
const sendingBytes = 4 * shardBytes;

/**
 * Packs all files of `plan`, compresses what the bucket does not have and sends it, several shards side by side, in
 * memory that does not grow with the directory. The first failure is thrown once what is on its way has arrived.
 */
export async function sendShards(plan: CopyPlan, destination: Destination): Promise<Sent> {
  const failed = new AbortController();
  // Ends packing and waiting. What is on its way goes on when another shard has failed: it need not be sent again then.
  const signal = AbortSignal.any([destination.signal, failed.signal]);
  const lane: Lane = { ...destination, going: signal, sending: createGate(sendingBytes) };
  const packing = {
    source: { top: plan.top, clock: destination.clock },
    buffers: createBuffers(packers, shardBytes + archiveExtra),
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
  sending: Gate;
}

function skip({ files, bytes, release }: Shard, { onShard }: Lane): void {
  release();
  onShard({ files, bytes, uploadedBytes: 0, skippedBytes: bytes });
}

async function store(shard: Shard, name: string, lane: Lane): Promise<void> {
  const { present, uploader, sending, signal, onShard } = lane;
  const { files, bytes } = shard;
  const content = await compressed(shard, lane);
  try {
    const isNew = await uploader.put({ name, type: 'application/zstd', content }, signal);
    present.add(name);
    onShard({ files, bytes, uploadedBytes: isNew ? content.length : 0, skippedBytes: isNew ? 0 : bytes });
  } finally {
    sending.leave(content.length);
  }
}

/** Compresses a shard and waits for its turn to be sent: only then is there memory for another one. */
async function compressed(shard: Shard, { sending, going }: Lane): Promise<Buffer> {
  try {
    const content = await compress(shard.content);
    await sending.enter(content.length, going);
    return content;
  } finally {
    shard.release();
  }
}
