import { expect, it } from 'vitest';

import type { Clock } from '../../src/core/clock.ts';
import { wallClock } from '../../src/core/clock.ts';
import { poll } from '../../src/core/poll.ts';

function recordingClock(): Clock & { pauses: number[] } {
  let now = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => now,
    sleep: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
  };
}

it('asks until there is an answer, with pauses that double up to the longest', async () => {
  const clock = recordingClock();
  let asked = 0;

  const answer = await poll(async () => (++asked === 6 ? 'yes' : undefined), {
    every: 800,
    first: 100,
    timeout: 9_000,
    clock,
  });

  expect(answer).toBe('yes');
  expect(clock.pauses).toEqual([100, 200, 400, 800, 800]);
});

it('gives up at the deadline and not later', async () => {
  const clock = recordingClock();

  const answer = await poll(async () => undefined, { every: 400, timeout: 1_000, clock });

  expect(answer).toBeUndefined();
  expect(clock.now()).toBe(1_000);
});

it('stops waiting at once when it is told to', async () => {
  const stop = new AbortController();
  const waiting = poll(async () => undefined, {
    every: 60_000,
    timeout: 60_000,
    clock: wallClock,
    signal: stop.signal,
  });

  stop.abort(new Error('enough'));

  await expect(waiting).rejects.toThrow('enough');
});
