import { afterEach, expect, it } from 'vitest';

import { readLease, takeLease } from '../../src/deployment/lease.ts';
import type { Lease, LeaseHolder, LeaseRequest } from '../../src/deployment/lease.ts';
import type { GoogleHttp } from '../../src/google/http.ts';
import { putText } from '../../src/google/storage.ts';
import { openCloud } from '../terraform/cloud-desk.ts';
import { fastClock } from '../terraform/fast-clock.ts';

const place = { bucket: 'state', folder: 'a-deployment' };
const lost = new Error('somebody else has it');
const held: Lease[] = [];
afterEach(async () => {
  for (const lease of held.splice(0)) await lease[Symbol.asyncDispose]();
});

async function take(http: GoogleHttp, run: string, request: Partial<LeaseRequest> = {}) {
  const waits: LeaseHolder[] = [];
  const lease = await takeLease(http, {
    ...place,
    run,
    action: 'create',
    timeout: 4_000,
    clock: fastClock(50),
    stop: new AbortController().signal,
    onLost: lost,
    onWait: (holder) => waits.push(holder),
    ...request,
  });
  if ('heldBy' in lease) return { lease: undefined, heldBy: lease.heldBy, waits };
  held.push(lease);
  return { lease, heldBy: undefined, waits };
}

// A minute and a bit later, as far as Google's clock goes.
function later(http: GoogleHttp): GoogleHttp {
  return { ...http, time: () => http.time() + 75_000 };
}

it('is had by one run at a time; the others are told who has it', async () => {
  const { http } = await openCloud();

  const first = await take(http, 'one');
  const second = await take(http, 'two');

  expect(first.lease).toBeDefined();
  expect(second.heldBy).toMatchObject({ run: 'one', action: 'create' });
  expect(second.waits.length).toBeGreaterThan(1);
});

it('goes to one of twenty that ask at once, and to the next when it is given back', async () => {
  const { http } = await openCloud();
  const asked = await Promise.all(Array.from({ length: 20 }, (_, run) => take(http, `run-${run}`, { timeout: 0 })));
  const [winner, ...others] = asked.flatMap(({ lease }) => lease ?? []);

  expect(others).toEqual([]);
  await winner?.[Symbol.asyncDispose]();
  expect((await take(http, 'next')).lease).toBeDefined();
});

it('is taken over from a run that has been silent for a minute by the clock of Google', async () => {
  const { http } = await openCloud();

  await take(http, 'dead', { clock: { now: Date.now, sleep: (_, signal) => aborted(signal) } });

  const early = await take(http, 'early', { timeout: 0 });
  const heir = await take(later(http), 'heir');

  expect(early.heldBy).toMatchObject({ run: 'dead' });
  expect(heir.lease?.dead).toMatchObject({ run: 'dead', action: 'create' });
});

it('tells the run that lost it', async () => {
  const { http } = await openCloud();
  const { lease } = await take(http, 'slow');
  await take(later(http), 'heir');

  await aborted(lease?.lost).catch(() => undefined);

  expect(lease?.lost.reason).toBe(lost);
});

it('is kept alive by signs of life', async () => {
  const { http } = await openCloud();
  await take(http, 'alive');
  const before = await readLease(http, place);

  await fastClock(50).sleep(60_000);

  expect(await readLease(http, place)).toMatchObject({ run: 'alive', since: before?.since });
});

it.each(['before', 'after'] as const)('is had once when the answer is a 503 %s the work', async (when) => {
  const { http, refuse } = await openCloud();
  refuse({ method: 'POST', path: 'lease.json' }, { status: 503, when }, 1);

  const { lease } = await take(http, 'unlucky');

  expect(lease).toBeDefined();
  expect(await readLease(http, place)).toMatchObject({ run: 'unlucky' });
});

it('stays for the next run to take over when it is left', async () => {
  const { http } = await openCloud();
  const { lease } = await take(http, 'owing');
  await lease?.leave();
  await lease?.[Symbol.asyncDispose]();

  expect(await readLease(http, place)).toMatchObject({ run: 'owing' });
});

it('is a lease whatever is written in it', async () => {
  const { http } = await openCloud();
  await putText(http, { bucket: place.bucket, name: `${place.folder}/lease.json`, text: 'no JSON' });

  expect((await take(http, 'polite', { timeout: 0 })).heldBy).toMatchObject({ who: 'somebody' });
  expect((await take(later(http), 'heir')).lease).toBeDefined();
});

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
