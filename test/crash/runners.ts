import type { Change } from '../../src/sandbox/changes.ts';
import type { CrashCloud } from './cloud.ts';
import { outcome } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

/** Many runs of the same deployment at once: they change it one after the other, never two at a time. */
export const runners: Suite = {
  name: 'runners',
  about:
    '20 runs of one deployment begin at once, each in a container of its own and with another number of machines; the sandbox writes down who changes what: no run changes anything between two changes of another',
  alone: true,
  cases: () =>
    Promise.resolve(
      Array.from({ length: 10 }, (_, round) => ({
        name: `20 creates at once, round ${round + 1}`,
        play: (cloud: CrashCloud, project: string) => play(cloud, project, 20),
      })),
    ),
};

// What every run may try at any time: to make the bucket, and to get its turn.
const anybodys = /\/b\?|lease\.json|\.tflock/;

/** Lets `count` creates of one deployment begin at once, each with one machine more than the one before. */
export async function play(cloud: CrashCloud, project: string, count: number): Promise<Outcome> {
  await cloud.ask('PUT', '/_sandbox/changes');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const runs = await Promise.all(
    numbers.map((container) => cloud.run('create', { project, container }, '--instance-count', String(container))),
  );
  const writers = writersOf(((await cloud.ask('GET', '/_sandbox/changes')) as Change[]).filter(isOf(project)));
  const machines = (await cloud.left(project)).filter(({ kind }) => kind === 'instances').length;
  const end = await cloud.run('destroy', { project, container: count + 1 });
  return outcome([...runs, end], {
    // Each had its turn, and its turn was one: whoever comes twice has written beside another.
    converged:
      end.code === 0 && writers.length === count && new Set(writers).size === count && numbers.includes(machines),
    leftovers: await cloud.left(project),
    wrongCode: runs.some(({ code }) => code !== 0),
  });
}

/** Who has changed something, in the order of the changes; one that follows itself is named once. */
function writersOf(changes: readonly Change[]): string[] {
  const all = changes.map(({ agent }) => /\(run (\w+)\)/.exec(agent)?.[1] ?? `nobody of ours: ${agent}`);
  return all.filter((writer, index) => writer !== all[index - 1]);
}

function isOf(project: string): (change: Change) => boolean {
  return ({ url }) => url.includes(project) && !anybodys.test(url);
}
