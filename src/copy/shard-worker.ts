import { parentPort } from 'node:worker_threads';

import { perform } from './perform.ts';
import type { Job } from './perform.ts';

// What one of the threads of threads.ts does; in the bundle a file of its own.
parentPort?.on('message', (job: Job) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(perform(job));
});
