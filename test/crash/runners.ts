import type { CrashCloud } from './cloud.ts';
import { outcome } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

/** Many runs of the same deployment at once: one makes it, the others find it made. */
export const runners: Suite = {
  name: 'runners',
  about: '20 runs of one deployment begin at once, each in a container of its own',
  cases: () => Promise.resolve([{ name: '20 creates at once', play: (cloud, project) => play(cloud, project, 20) }]),
};

/** Lets `count` creates of one deployment begin at once. */
export async function play(cloud: CrashCloud, project: string, count: number): Promise<Outcome> {
  const places = Array.from({ length: count }, (_, index) => ({ project, container: index + 1 }));
  const runs = await Promise.all(places.map((place) => cloud.run('create', place)));
  const whole = await cloud.isWhole(project);
  const end = await cloud.run('destroy', { project, container: count + 1 });
  // Whoever has written makes the next one's work: two writers at once would both have added.
  const writers = runs.filter(({ text }) => /"text":"create in /.test(text));
  return outcome([...runs, end], {
    converged: whole && end.code === 0 && writers.length === 1,
    leftovers: await cloud.left(project),
    wrongCode: runs.some(({ code }) => code !== 0),
  });
}
