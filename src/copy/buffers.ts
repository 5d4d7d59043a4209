import { createGate } from './gate.ts';

/** Memory for shards: a fixed number of buffers that threads can share, used again and again. */
export interface Buffers {
  /** Resolves when a buffer is free; rejects with the signal's reason. Its old content is still in it. */
  take(signal: AbortSignal): Promise<Buffer>;
  give(buffer: Buffer): void;
}

/** Makes room for `count` buffers of `bytes` each; one is allocated when it is first needed. */
export function createBuffers(count: number, bytes: number): Buffers {
  const gate = createGate(count);
  const free: Buffer[] = [];
  return {
    async take(signal) {
      await gate.enter(1, signal);
      return free.pop() ?? Buffer.from(new SharedArrayBuffer(bytes));
    },
    give(buffer) {
      free.push(buffer);
      gate.leave(1);
    },
  };
}
