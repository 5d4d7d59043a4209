import { wallClock } from '../../src/core/clock.ts';
import type { CrashCloud } from './cloud.ts';
import { numbers } from './numbers.ts';
import { outcome, timed } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

const takes = { create: 2_600, 'create --cleanup-on-exit': 4_800, destroy: 2_000 } as const;
type Command = keyof typeof takes;

/** Signals come at any moment, once or twice; the run says at once that it has heard, and ends in good order. */
export const signals: Suite = {
  name: 'signals',
  about: 'SIGINT or SIGTERM at a random moment, once, or again 1.1 s later',
  cases: () => {
    const random = numbers(2);
    const commands = Object.keys(takes) as Command[];
    const cases = Array.from({ length: 200 }, (_, index) => {
      const command = commands[index % commands.length] ?? 'create';
      const signal = random() < 0.5 ? ('SIGINT' as const) : ('SIGTERM' as const);
      const after = Math.round(300 + random() * takes[command]);
      const times = random() < 0.7 ? 1 : 2;
      return {
        name: `${command}: ${signal} after ${after} ms, ${times} x`,
        play: (cloud: CrashCloud, project: string) => play(cloud, project, { command, signal, after, times }),
      };
    });
    return Promise.resolve(cases);
  },
};

interface Wanted {
  command: Command;
  signal: 'SIGINT' | 'SIGTERM';
  after: number;
  times: number;
}

async function play(cloud: CrashCloud, project: string, { command, signal, after, times }: Wanted): Promise<Outcome> {
  const place = { project, container: 1 };
  const [action = '', ...flags] = command.split(' ');
  if (action === 'destroy') await cloud.make(place);
  const running = cloud.start(action, place, ...flags);
  await Promise.race([wallClock.sleep(after), running.ended]);
  const sent = performance.now();
  const alive = running.child.exitCode === null && running.child.kill(signal);
  const heard = alive
    ? await running
        .until(({ text }) => text.startsWith('stopping'))
        .then(
          () => performance.now() - sent,
          () => undefined,
        )
    : undefined;
  if (times === 2) {
    await Promise.race([wallClock.sleep(1_100), running.ended]);
    if (running.child.exitCode === null) running.child.kill(signal);
  }
  const first = await running.ended;
  await cloud.advance(61_000);
  const end = await timed(cloud.run('destroy', place));
  // A signal that comes before anybody listens ends the process as signals do, before anything has been done.
  const right = first.code === null || [0, 75, 130, 143].includes(first.code);
  const bySignal = first.code === null || first.code < 100 || first.code === (signal === 'SIGINT' ? 130 : 143);
  return outcome([first, end], {
    converged: end.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: !right || !bySignal,
    heal: end.seconds,
    acknowledged: heard,
  });
}
