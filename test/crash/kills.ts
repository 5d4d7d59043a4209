import { wallClock } from '../../src/core/clock.ts';
import type { CrashCloud } from './cloud.ts';
import { outcome, timed } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';
import { numbers } from './numbers.ts';

// An undisturbed create takes about so long on two cores (milliseconds), a destroy somewhat less.
const createTakes = 2_600;
const destroyTakes = 2_000;

/** The container goes away at any moment, in create and in destroy; the next one goes on. */
export const kills: Suite = {
  name: 'random SIGKILL',
  about: 'the container goes away at a random moment, with its disk; the same command runs again in another one',
  cases: () => {
    const random = numbers(1);
    const cases = Array.from({ length: 500 }, (_, index) => {
      const action = index % 2 === 0 ? ('create' as const) : ('destroy' as const);
      const after = Math.round(random() * (action === 'create' ? createTakes : destroyTakes));
      return {
        name: `${action} after ${after} ms`,
        play: (cloud: CrashCloud, project: string) => play(cloud, project, action, after),
      };
    });
    return Promise.resolve(cases);
  },
};

async function play(cloud: CrashCloud, project: string, action: 'create' | 'destroy', after: number): Promise<Outcome> {
  const first = { project, container: 1 };
  const second = { project, container: 2 };
  if (action === 'destroy') await cloud.make(first);
  const running = cloud.start(action, first);
  await Promise.race([wallClock.sleep(after), running.ended]);
  await cloud.pullThePlug(running, first);
  await cloud.advance(61_000);
  const healed = await timed(cloud.run(action, second));
  const stands = action === 'destroy' || (await cloud.isWhole(project));
  const runs = [await running.ended, healed];
  if (action === 'create') runs.push(await timed(cloud.run('destroy', second)));
  return outcome(runs, {
    converged: stands && runs.slice(1).every(({ code }) => code === 0),
    leftovers: await cloud.left(project),
    wrongCode: false,
    heal: healed.seconds,
  });
}
