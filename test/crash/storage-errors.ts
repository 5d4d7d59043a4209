/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import type { CrashCloud } from './cloud.ts';
import { outcome, timed } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

/** Cloud Storage answers a part of all requests with an error; no state is lost. */
export const storageErrors: Suite = {
  name: 'Cloud Storage errors',
  about: '0.1 % to 30 % of all requests to Cloud Storage are answered with 503, from the first to the last',
  cases: () =>
    Promise.resolve(
      [0.001, 0.01, 0.03, 0.1, 0.3].flatMap((share) =>
        Array.from({ length: 8 }, (_, seed) => ({
          name: `${share * 100} % (${seed + 1})`,
          play: (cloud: CrashCloud, project: string) => play(cloud, project, share, seed),
        })),
      ),
    ),
};

async function play(cloud: CrashCloud, project: string, share: number, seed: number): Promise<Outcome> {
  const place = { project, container: 1 };
  await cloud.breaks({ match: { service: 'storage', share, seed }, then: { status: 503, reason: 'backendError' } });
  const first = await cloud.run('create', place);
  const runs = [first];
  if (first.code !== 0) {
    await cloud.breaks();
    await cloud.advance(61_000);
    runs.push(await timed(cloud.run('create', place)));
  }
  await cloud.breaks();
  const whole = runs.at(-1)?.code === 0 && (await cloud.isWhole(project));
  await cloud.advance(61_000);
  runs.push(await cloud.run('destroy', place));
  return outcome(runs, {
    converged: whole && runs.at(-1)?.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: first.code !== 0 && ![24, 25, 40, 75].includes(first.code ?? -1),
  });
}
