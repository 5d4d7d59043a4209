import { expect, it } from 'vitest';

import { rateLimit } from '../../src/deployment/rate-limit.ts';

it('lets a burst through at once, and stays below the quota of any minute after that', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const limit = rateLimit({ burst: 1000, perSecond: 8, clock });
  const calls: number[] = [];

  for (let call = 0; call < 3000; call += 1) {
    await limit();
    calls.push(now);
  }

  expect(calls[999]).toBe(0);
  // Google counts reads by the minute, 1,500 of them: https://cloud.google.com/compute/api-quota
  for (const start of calls) {
    expect(calls.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(1_500);
  }
});
