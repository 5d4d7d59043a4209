import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openCrashCloud } from './cloud.ts';
import type { CrashCloud } from './cloud.ts';
import { copies } from './copies.ts';
import { kills } from './kills.ts';
import { matrix } from './matrix.ts';
import type { Suite } from './outcome.ts';
import { refused } from './refused.ts';
import { play as playRunners } from './runners.ts';
import { signals } from './signals.ts';
import { storageErrors, storageOutage } from './storage-errors.ts';
import { strangers } from './strangers.ts';

// A few cases of each suite; `npm run test:crash` plays them all. The steps are primes, so that all kinds of cases come up.
const samples: readonly [suite: Suite, every: number][] = [
  [matrix, 149],
  [kills, 211],
  [signals, 199],
  [storageErrors, 17],
  [storageOutage, 29],
  [refused, 11],
  [strangers, 13],
  [copies, 23],
];
let cloud: CrashCloud;
beforeAll(async () => {
  cloud = await openCrashCloud();
});
afterAll(() => cloud[Symbol.dispose]());

describe('after at most one more run everything is as it should be, and nothing is left', () => {
  it.each(samples)('$name', { timeout: 180_000 }, async (suite, every) => {
    const cases = (await suite.cases(cloud)).filter((_, index) => index % every === 1);

    for (const [index, one] of cases.entries()) {
      // A project's id has 30 characters at most.
      const project = `sample-${suite.name.toLowerCase().replaceAll(' ', '-').slice(0, 19)}-${index}`;
      const { converged, leftovers, wrongCode, text } = await one.play(cloud, project);
      expect({ converged, leftovers, wrongCode }, `${one.name}\n${text}`).toEqual({
        converged: true,
        leftovers: [],
        wrongCode: false,
      });
    }
  });

  it('six runs of one deployment at once', { timeout: 120_000 }, async () => {
    const { converged, leftovers, wrongCode, text } = await playRunners(cloud, 'sample-runners', 6);

    expect({ converged, leftovers, wrongCode }, text).toEqual({ converged: true, leftovers: [], wrongCode: false });
  });
});
