import type { Clock } from '../core/clock.ts';

/** Things to do later on one clock, all forgotten at once by `stop`. */
export interface Timers {
  /** Does `work` after `ms` milliseconds; the answer forgets it. */
  after(ms: number, work: () => void): () => void;
  stop(): void;
}

/** Timers on `clock`; whatever `work` throws goes to `onBug`. */
export function createTimers(clock: Clock, onBug: (error: unknown) => void): Timers {
  const all = new AbortController();
  return {
    after(ms, work) {
      if (all.signal.aborted) return () => undefined;
      const one = new AbortController();
      const forget = (): void => one.abort();
      all.signal.addEventListener('abort', forget, { once: true });
      clock
        .sleep(ms, one.signal)
        .then(work)
        .catch((error: unknown) => {
          if (!one.signal.aborted) onBug(error);
        })
        .finally(() => all.signal.removeEventListener('abort', forget));
      return forget;
    },
    stop: () => all.abort(),
  };
}
