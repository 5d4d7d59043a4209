import { setImmediate } from 'node:timers/promises';

import type { Clock } from '../../../src/core/clock.ts';

/** A clock that begins at 0 and goes on only when it is told to. */
export interface SteppedClock extends Clock {
  /** Lets `ms` milliseconds pass: sleepers wake in the order of their time, each before the next step. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  until: number;
  wake(): void;
}

/** Makes such a clock. */
export function steppedClock(): SteppedClock {
  let time = 0;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: time + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until);
        if (!next) break;
        time = Math.max(time, next.until);
        sleepers.delete(next);
        next.wake();
        await setImmediate();
      }
      time = end;
    },
  };
}
