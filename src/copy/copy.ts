import type { Clock } from '../core/clock.ts';
import { fail, isFault } from '../core/faults.ts';
import type { Cloud } from '../google/cloud.ts';
import { GoogleError, googleHttp } from '../google/http.ts';
import { listObjects } from '../google/storage.ts';
import { renderManifest } from './manifest.ts';
import { manifestObject } from './object-names.ts';
import { planCopy } from './plan.ts';
import type { CopyPlan } from './plan.ts';
import { ChangedError } from './read.ts';
import { sendShards } from './send.ts';
import type { CopyProgress, Destination } from './send.ts';
import { openUploader, UploadError } from './upload.ts';

/** What is copied, and where to. */
export interface CopyOrder {
  /** Directory on this machine. */
  dir: string;
  cloud: Cloud;
  bucket: string;
  /** `<dir>/<prefix>-deployment/files`: the folder that the machines may read. */
  directory: string;
  onProgress?: (progress: CopyProgress) => void;
  signal: AbortSignal;
  clock: Clock;
}

/** What the bucket holds now. */
export interface CopyResult {
  bucket: string;
  /** Object name of the manifest, and the sha256 of its bytes. */
  manifest: string;
  sha256: string;
  files: number;
  directories: number;
  /** Sum of the sizes of the files. */
  bytes: number;
  /** Bytes that were sent, compressed; 0 when nothing had changed. */
  uploadedBytes: number;
}

/**
 * Copies a directory into the bucket, from where the machines pull it; README.md describes the format. Only what the
 * bucket does not have yet is sent, so a copy that broke off goes on where it was. Throws COPY_REFUSED, COPY_FAILED, or
 * the signal's reason.
 */
export async function copyDirectory(order: CopyOrder): Promise<CopyResult> {
  const { dir, signal } = order;
  try {
    const plan = await planCopy(dir, signal);
    const http = googleHttp(order.cloud, order.clock);
    const existing = await listObjects(http, order.bucket, { prefix: `${order.directory}/` });
    const run: Run = {
      order,
      uploader: await openUploader(order.cloud, order.bucket, order.clock),
      present: new Set(existing.map(({ name }) => name)),
      uploadedBytes: 0,
    };
    try {
      return await copyPlanned(run, plan);
    } catch (error) {
      // Somebody is at work in the directory. What was uploaded stays; one more look may find it at rest.
      if (!(error instanceof ChangedError)) throw error;
      return await copyPlanned(run, await planCopy(dir, signal));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asFault(dir, error);
  }
}

interface Run extends Pick<Destination, 'uploader' | 'present'> {
  order: CopyOrder;
  uploadedBytes: number;
}

async function copyPlanned(run: Run, plan: CopyPlan): Promise<CopyResult> {
  const { bucket, directory, onProgress, signal, clock } = run.order;
  const progress = { files: 0, bytes: 0, uploadedBytes: run.uploadedBytes, skippedBytes: 0 };
  const { packed, shards } = await sendShards(plan, {
    directory,
    uploader: run.uploader,
    present: run.present,
    clock,
    signal,
    onShard(share) {
      progress.files += share.files;
      progress.bytes += share.bytes;
      progress.skippedBytes += share.skippedBytes;
      progress.uploadedBytes += share.uploadedBytes;
      run.uploadedBytes = progress.uploadedBytes;
      onProgress?.({ ...progress });
    },
  });

  const { text, sha256 } = renderManifest(plan, packed, shards);
  const manifest = manifestObject(directory, sha256);
  if (!run.present.has(manifest)) {
    const content = Buffer.from(text);
    const isNew = await run.uploader.put({ name: manifest, type: 'text/tab-separated-values', content }, signal);
    if (isNew) run.uploadedBytes += content.length;
  }
  return {
    bucket,
    manifest,
    sha256,
    files: plan.files.length,
    directories: plan.directories.length,
    bytes: plan.bytes,
    uploadedBytes: run.uploadedBytes,
  };
}

function asFault(dir: string, error: unknown): unknown {
  if (isFault(error)) return error;
  const reason = reasonOf(error);
  return reason === undefined ? error : fail('COPY_FAILED', { path: dir, reason }, { cause: error });
}

/** What can go wrong without being a mistake of ours; `undefined` for everything else. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof ChangedError || error instanceof UploadError) return error.message;
  if (error instanceof GoogleError) return `Google Cloud answered ${error.status} to ${error.call}: ${error.message}`;
  // What the system says of a file, or (one level down) of the network: the message names the call.
  for (const { syscall, message } of [error, (error as Error).cause ?? {}] as NodeJS.ErrnoException[]) {
    if (syscall !== undefined) return message;
  }
  return undefined;
}
