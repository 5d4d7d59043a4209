import { Worker } from 'node:worker_threads';

import { createGate } from './gate.ts';

/** Compresses on threads of its own. */
export interface Compressor extends AsyncDisposable {
  /**
   * Writes `content` as one zstd frame, with its size and checksum inside, to the beginning of `into`, and answers that
   * part. Both lie in shared memory; `into` has room for `packedBytes(content.length)`.
   */
  compress(content: Buffer, into: Buffer): Promise<Buffer>;
}

/** The most bytes that zstd makes of `bytes`: https://github.com/facebook/zstd (ZSTD_COMPRESSBOUND) */
export function packedBytes(bytes: number): number {
  return bytes + (bytes >>> 8) + 1024;
}

/**
 * Opens a compressor with at most so many threads, each started when it is first needed.
 *
 * zlib's own asynchronous calls would do the same on libuv's threads. But they hand zstd its input as a stream, which
 * copies it, and leave an output buffer behind for each call: both together cost a fifth of all processor time.
 */
export function createCompressor(threads: number): Compressor {
  const gate = createGate(threads);
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const never = new AbortController().signal;
  return {
    async compress(content, into) {
      await gate.enter(1, never);
      const worker = idle.pop() ?? start(all);
      try {
        return into.subarray(0, await ask(worker, { content, into }));
      } finally {
        idle.push(worker);
        gate.leave(1);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

interface Job {
  content: Uint8Array;
  into: Uint8Array;
}

function start(all: Worker[]): Worker {
  // As text, because the product is one file and a worker wants one for itself.
  const worker = new Worker(`(${work.toString()})()`, { eval: true, execArgv: [], env: {}, name: 'compress' });
  all.push(worker);
  return worker;
}

function ask(worker: Worker, job: Job): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', done).once('error', failed).once('exit', ended);
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(job);
    function done(length: number): void {
      forget();
      resolve(length);
    }
    function failed(error: Error): void {
      forget();
      reject(error);
    }
    function ended(): void {
      failed(new Error('a thread of the compressor has ended'));
    }
    function forget(): void {
      worker.off('message', done).off('error', failed).off('exit', ended);
    }
  });
}

/** What a thread does. It sees nothing of this file: only its text goes there. */
function work(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { constants, zstdCompressSync } = process.getBuiltinModule('node:zlib');
  parentPort?.on('message', ({ content, into }: Job) => {
    const packed = zstdCompressSync(content, {
      // All of the output at once, for which zstd reads all of the input where it lies.
      chunkSize: into.length,
      pledgedSrcSize: content.length,
      // 3 is the level of the `zstd` command.
      params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    into.set(packed);
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort.postMessage(packed.length);
    // Freed now, not when the collector comes by.
    (packed.buffer as ArrayBuffer).transfer(0);
  });
}
