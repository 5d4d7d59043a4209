import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** The sandbox's clock: that on the wall, put forward by whoever does not want to wait. */
export interface VirtualClock extends Clock {
  /** Milliseconds by which it is ahead of the clock on the wall. */
  ahead(): number;
  /** Puts it forward by `ms` milliseconds (not negative); whatever waits for a time that has come goes on, the earliest first. */
  advance(ms: number): void;
}

interface Sleeper {
  due: number;
  wake: () => void;
}

/** A clock that is `ahead` milliseconds ahead of `wall`. */
export function virtualClock(ahead = 0, wall: Clock = wallClock): VirtualClock {
  const sleepers = new Set<Sleeper>();
  const now = (): number => wall.now() + ahead;
  return {
    now,
    ahead: () => ahead,
    advance(ms) {
      ahead += ms;
      const due = [...sleepers].filter((one) => one.due <= now()).toSorted((a, b) => a.due - b.due);
      for (const { wake } of due) wake();
    },
    async sleep(ms, signal) {
      const woken = new AbortController();
      const sleeper: Sleeper = { due: now() + ms, wake: () => woken.abort() };
      sleepers.add(sleeper);
      try {
        await wall.sleep(ms, signal ? AbortSignal.any([signal, woken.signal]) : woken.signal);
      } catch (error) {
        if (!woken.signal.aborted || signal?.aborted) throw error;
      } finally {
        sleepers.delete(sleeper);
      }
    },
  };
}
