import { counted } from '../core/count.ts';
import { duration } from '../core/duration.ts';
import { startPulse } from '../core/pulse.ts';
import { lookAtMachines } from '../deployment/readiness.ts';
import type { MachineState } from '../deployment/machine-state.ts';
import { machineLines } from '../deployment/machine-lines.ts';
import { StopRequest } from '../core/signals.ts';
import type { Run } from './action.ts';
import { showLastWords } from './last-words.ts';
import { forget } from './forget.ts';
import { takeAway } from './take-away.ts';
import type { Turn } from './take-turn.ts';
import { untilDone } from './workshop.ts';
import type { Workshop } from './workshop.ts';

// How often the machines are looked at while the container holds the cluster (milliseconds).
const lookEvery = 5_000;

/**
 * CLEANUP_ON_EXIT: the cluster lives as long as this process. Holds it until a signal, until MAX_RUN_DURATION, or, with
 * EXIT_WHEN_DONE, until the start-up command has ended on every machine; then destroys everything.
 * Answers the exit code: that of the start-up command (the worst of all machines) with EXIT_WHEN_DONE, else 0.
 */
export async function holdUntilEnd(turn: Turn, shop: Workshop): Promise<number> {
  const { run } = shop;
  const end = await hold(shop);
  turn.lost.throwIfAborted();
  run.report.info('the end has come: destroying everything', { detail: end.why });
  const calm = untilDone(shop);
  await takeAway(calm);
  await forget(turn, calm);
  run.report.output('destroyed', { deployment: shop.deployment.prefix }, ['', `${shop.deployment.prefix} is gone`]);
  return end.code;
}

async function hold(shop: Workshop): Promise<{ why: string; code: number }> {
  const { run } = shop;
  const { maxRunSeconds = 43_200, exitWhenDone, instanceCount } = run.options;
  const deadline = run.clock.now() + maxRunSeconds * 1000;
  run.report.info('holding the cluster; it is destroyed when this process ends', {
    detail: `Ctrl-C or docker stop ends it, and so does the deadline in ${duration(maxRunSeconds)}`,
  });
  using pulse = startPulse(run.environment);
  const look = patientLook(shop);
  try {
    for (;;) {
      if (run.clock.now() >= deadline) return { why: 'MAX_RUN_DURATION is over', code: 0 };
      const machines = await look();
      if (machines) pulse.beat();
      const ended = machines?.filter((machine) => endOfCommand(machine) !== undefined) ?? [];
      if (exitWhenDone && ended.length >= instanceCount) {
        run.report.live([], '');
        const worstFirst = ended.toSorted((a, b) => (endOfCommand(b) ?? 0) - (endOfCommand(a) ?? 0));
        showLastWords(run.report, worstFirst, 'startup-command');
        const code = Math.max(...ended.map((machine) => endOfCommand(machine) ?? 0));
        return { why: `the start-up command has ended on every machine, with exit code ${code}`, code };
      }
      if (machines) tellHow(run, machines, (deadline - run.clock.now()) / 1000);
      await run.clock.sleep(Math.min(lookEvery, deadline - run.clock.now()), run.stop);
    }
  } catch (error) {
    if (error instanceof StopRequest || run.stop.aborted) return { why: 'a signal came', code: 0 };
    throw error;
  } finally {
    run.report.live([], '');
  }
}

/**
 * Looks at the machines; answers nothing while that fails. Whatever the reason is (a lost network, a machine that Google
 * cannot replace), it is none to leave the other machines behind: the end is still to come, and takes everything away.
 */
function patientLook({ run, http, deployment }: Workshop): () => Promise<MachineState[] | undefined> {
  let trouble: string | undefined;
  return async () => {
    try {
      const machines = await lookAtMachines({
        http,
        deployment: { ...deployment, zone: deployment.zone ?? '' },
        group: `${deployment.prefix}-mig`,
        count: run.options.instanceCount,
        clock: run.clock,
        report: run.report,
        stop: run.stop,
        width: run.width,
      });
      if (trouble !== undefined) run.report.info('the machines can be looked at again');
      trouble = undefined;
      return machines;
    } catch (error) {
      run.stop.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== trouble) run.report.warn('cannot look at the machines; holding on', { detail: reason });
      trouble = reason;
      return undefined;
    }
  };
}

function tellHow(run: Run, machines: readonly MachineState[], secondsLeft: number): void {
  const left = duration(secondsLeft);
  run.report.live(
    [...machineLines(machines, run.width), `     ${left} left`],
    `holding ${counted(machines.length, 'machine')}, ${left} left`,
    { machines: machines.length, secondsLeft: Math.round(secondsLeft) },
  );
}

function endOfCommand({ duties }: MachineState): number | undefined {
  const command = duties['startup-command'];
  if (!command || command.state === 'running') return undefined;
  return command.state === 'failed' ? Math.max(1, command.code) : command.code;
}
