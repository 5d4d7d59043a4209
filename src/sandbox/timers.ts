import type { Clock } from '../core/clock.ts';

/** Things to do later on one clock, all forgotten at once by `stop`. */
export interface Timers {
  /** Does `work` after `ms` milliseconds; the answer forgets it. */
  after(ms: number, work: () => void): () => void;
  stop(): void;
}

/** Timers on `clock`; whatever `work` throws goes to `onBug`. */
export function createTimers(clock: Clock, onBug: (error: unknown) => void): Timers {
  // A set, because listeners on one signal are looked for one by one.
  const waiting = new Set<AbortController>();
  let stopped = false;
  return {
    after(ms, work) {
      if (stopped) return () => undefined;
      const one = new AbortController();
      waiting.add(one);
      clock
        .sleep(ms, one.signal)
        .then(work)
        .catch((error: unknown) => {
          if (!one.signal.aborted) onBug(error);
        })
        .finally(() => waiting.delete(one));
      return () => one.abort();
    },
    stop() {
      stopped = true;
      for (const one of waiting) one.abort();
    },
  };
}
