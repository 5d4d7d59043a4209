import { wallClock } from './clock.ts';
import type { Clock } from './clock.ts';

/** How to ask again: times in milliseconds. */
export interface PollOptions {
  every: number;
  /** The first pause, when it is shorter; pauses double until they reach `every`. */
  first?: number;
  timeout: number;
  clock?: Clock;
  signal?: AbortSignal | undefined;
}

/** Asks until the answer is not `undefined`; answers `undefined` when `timeout` has passed without one. */
export async function poll<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T | undefined> {
  const clock = options.clock ?? wallClock;
  const deadline = clock.now() + options.timeout;
  for (let pause = options.first ?? options.every; ; pause = Math.min(pause * 2, options.every)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = deadline - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(pause, left), options.signal);
  }
}
