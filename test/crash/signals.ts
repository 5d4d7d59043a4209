import { wallClock } from '../../src/core/clock.ts';
import type { CrashCloud } from './cloud.ts';
import { numbers } from './numbers.ts';
import { outcome, timed } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

/** A part of a run's life: after it has said some words (none: from its start on), for about so long (milliseconds). */
interface Phase {
  name: string;
  command: readonly [action: string, ...flags: string[]];
  after: string | undefined;
  lasts: number;
}

const phases: readonly Phase[] = [
  { name: 'checks, init and plan', command: ['create'], after: undefined, lasts: 2_000 },
  { name: 'create', command: ['create'], after: 'create in us-central1-a', lasts: 900 },
  { name: 'hold and clean-up', command: ['create', '--cleanup-on-exit'], after: 'holding the cluster', lasts: 300 },
  { name: 'destroy', command: ['destroy'], after: undefined, lasts: 1_800 },
];
const offsets = 50;

/** Signals come in every phase, once or twice, to runs on terminals and in pipes; a run says at once that it has heard. */
export const signals: Suite = {
  name: 'signals',
  about: `SIGINT or SIGTERM at ${offsets} moments of each of ${phases.length} phases, once, or again 1.1 s later, on a terminal and in a pipe`,
  cases: () => {
    const random = numbers(2);
    const moments = phases.flatMap((phase) =>
      Array.from({ length: offsets }, (_, index) => ({
        phase,
        after: Math.round(((index + random()) / offsets) * phase.lasts),
      })),
    );
    const cases = moments.flatMap(({ phase, after }) =>
      [1, 2].flatMap((times) =>
        [true, false].map((onTerminal) => {
          const signal = random() < 0.5 ? ('SIGINT' as const) : ('SIGTERM' as const);
          return {
            name: `${phase.name}: ${signal} after ${after} ms, ${times} x, ${onTerminal ? 'terminal' : 'pipe'}`,
            play: (cloud: CrashCloud, project: string) =>
              play(cloud, project, { phase, signal, after, times, onTerminal }),
          };
        }),
      ),
    );
    return Promise.resolve(cases);
  },
};

interface Wanted {
  phase: Phase;
  signal: 'SIGINT' | 'SIGTERM';
  after: number;
  times: number;
  onTerminal: boolean;
}

async function play(cloud: CrashCloud, project: string, wanted: Wanted): Promise<Outcome> {
  const { phase, signal, after, times, onTerminal } = wanted;
  const place = { project, container: 1 };
  const [action, ...flags] = phase.command;
  if (action === 'destroy') await cloud.make(place);
  const running = onTerminal ? cloud.startOnTerminal(action, place, ...flags) : cloud.start(action, place, ...flags);
  if (phase.after !== undefined) await running.says(phase.after);
  await Promise.race([wallClock.sleep(after), running.ended]);

  const sent = performance.now();
  const since = (): number => performance.now() - sent;
  const heard = running.signal(signal)
    ? running.says('stopping in good order').then(since, () => undefined)
    : undefined;
  if (times === 2) {
    await Promise.race([wallClock.sleep(1_100), running.ended]);
    running.signal(signal);
  }
  const first = await running.ended;
  const stopped = since();

  await cloud.advance(61_000);
  const end = await timed(cloud.run('destroy', place));
  // A signal that comes before anybody listens ends the process as signals do, before anything has been done.
  const code = first.code ?? (signal === 'SIGINT' ? 130 : 143);
  return outcome([first, end], {
    converged: end.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: ![0, 75, signal === 'SIGINT' ? 130 : 143].includes(code),
    heal: end.seconds,
    acknowledged: await heard,
    stopped,
  });
}
