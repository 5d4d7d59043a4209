import { wallClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';

/** A clock that runs `factor` times as fast as the one on the wall, for things that real processes have to live through. */
export function fastClock(factor: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * factor,
    sleep: (ms, signal) => wallClock.sleep(ms / factor, signal),
  };
}
