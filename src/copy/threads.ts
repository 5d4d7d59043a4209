import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { createGate } from './gate.ts';
import { perform } from './perform.ts';
import type { Job } from './perform.ts';

/** Threads that hash and compress, so that the main one has time for the network. Memory that they are given is shared. */
export interface Threads extends AsyncDisposable {
  /** The sha256 of each of the contents, in lower-case hex. */
  hash(contents: readonly Buffer[], signal: AbortSignal): Promise<string[]>;
  /**
   * Writes `content` as one zstd frame, with its size and checksum inside, to the beginning of `into`, and answers that
   * part. `into` has room for `packedBytes(content.length)`.
   */
  compress(content: Buffer, into: Buffer, signal: AbortSignal): Promise<Buffer>;
}

/**
 * Opens at most so many threads, each started when it is first needed; with none, all is done at once and in place. A
 * signal ends the wait for a thread, not its work.
 *
 * zlib's own asynchronous calls would compress on libuv's threads, but leave an output buffer behind for each call: to
 * collect them cost a sixth of all processor time.
 */
export function openThreads(most: number): Threads {
  const gate = createGate(most);
  const idle: Worker[] = [];
  const all: Worker[] = [];
  async function ask<Answer>(job: Job, signal: AbortSignal): Promise<Answer> {
    if (most === 0) return perform(job) as Answer;
    await gate.enter(1, signal);
    try {
      const worker = idle.pop() ?? start(all);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(job);
      const [answer] = (await once(worker, 'message')) as [Answer];
      // One that has failed has ended, and does not come back here.
      idle.push(worker);
      return answer;
    } finally {
      gate.leave(1);
    }
  }
  return {
    hash: (contents, signal) => ask({ contents }, signal),
    async compress(content, into, signal) {
      return into.subarray(0, await ask<number>({ content, into }, signal));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

// Beside this file, and in the bundle beside the chunk that this file is in.
const file = new URL(`shard-worker${extname(import.meta.url)}`, import.meta.url);

function start(all: Worker[]): Worker {
  const worker = new Worker(file, { execArgv: [], env: {}, name: 'shard-worker' });
  all.push(worker);
  return worker;
}
