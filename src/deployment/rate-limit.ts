import type { Clock } from '../core/clock.ts';

/** Lets `burst` callers through at once and `perSecond` a second after that (a token bucket). */
export function rateLimit(options: {
  burst: number;
  perSecond: number;
  clock: Clock;
}): (signal?: AbortSignal) => Promise<void> {
  const { burst, perSecond, clock } = options;
  let tokens = burst;
  let filled = clock.now();
  return async (signal) => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - filled) / 1000) * perSecond);
    filled = now;
    tokens -= 1;
    if (tokens < 0) await clock.sleep((-tokens / perSecond) * 1000, signal);
  };
}
