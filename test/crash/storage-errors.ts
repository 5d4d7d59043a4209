/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { wallClock } from '../../src/core/clock.ts';
import type { Ended } from '../_support/program.ts';
import type { CrashCloud, Place } from './cloud.ts';
import { outcome, timed } from './outcome.ts';
import type { Case, Outcome, Suite } from './outcome.ts';

const unavailable = { status: 503, reason: 'backendError' };

/** Cloud Storage answers a part of all requests with an error; no state is lost. */
export const storageErrors: Suite = {
  name: 'Cloud Storage errors',
  about: '0.1 % to 30 % of all requests to Cloud Storage are answered with 503, from the first to the last',
  cases: () =>
    Promise.resolve(
      [0.001, 0.01, 0.03, 0.1, 0.3].flatMap((share) =>
        Array.from({ length: 8 }, (_, seed) =>
          aCase(`${share * 100} % (${seed + 1})`, { match: { service: 'storage', share, seed }, then: unavailable }),
        ),
      ),
    ),
};

// So often a create alone asks Cloud Storage for something.
const requests = 45;

/** Cloud Storage is out of reach for ten minutes by the sandbox's clock, which is put forward. */
export const storageOutage: Suite = {
  name: 'Cloud Storage outage',
  about:
    'for ten minutes Cloud Storage answers every request with 503, or only those that write, from each moment of a create on; it is back while the run waits, or after the run has given up',
  cases: () =>
    Promise.resolve(
      Array.from({ length: requests }, (_, index) => index + 1).flatMap((nth) => [
        outage(`writes from request ${nth} on, back soon`, nth, { changes: true }, 3_000),
        ...(nth % 3 === 1 ? [outage(`everything from request ${nth} on`, nth, {}, Infinity)] : []),
      ]),
    ),
};

function outage(name: string, nth: number, match: { changes?: true }, lasts: number): Case {
  return {
    name,
    async play(cloud, project) {
      const place = { project, container: 1 };
      // This rule only counts, and tells when the outage is to begin.
      await cloud.breaks({ match: { service: 'storage', nth }, then: { delay: 0 } });
      const { ended } = cloud.start('create', place);
      if (await cloud.fires(ended)) {
        await cloud.breaks({ match: { service: 'storage', ...match }, then: unavailable, until: 600_000 });
        await (lasts === Infinity ? ended : Promise.race([wallClock.sleep(lasts), ended]));
        await cloud.advance(600_000);
      }
      return await healed(cloud, place, await ended);
    },
  };
}

function aCase(name: string, rule: FaultRuleInput): Case {
  return {
    name,
    async play(cloud, project) {
      const place = { project, container: 1 };
      await cloud.breaks(rule);
      return await healed(cloud, place, await cloud.run('create', place));
    },
  };
}

/** The same command again where the first one has failed, and then the end. */
async function healed(cloud: CrashCloud, place: Place, first: Ended): Promise<Outcome> {
  const runs: Ended[] = [first];
  let heal: number | undefined;
  if (first.code !== 0) {
    await cloud.breaks();
    await cloud.advance(61_000);
    const again = await timed(cloud.run('create', place));
    heal = again.seconds;
    runs.push(again);
  }
  await cloud.breaks();
  const whole = runs.at(-1)?.code === 0 && (await cloud.isWhole(place.project));
  await cloud.advance(61_000);
  const end = await cloud.run('destroy', place);
  return outcome([...runs, end], {
    converged: whole && end.code === 0,
    leftovers: await cloud.left(place.project),
    wrongCode: first.code !== 0 && ![24, 25, 40, 75].includes(first.code ?? -1),
    heal,
  });
}
