import { eachAtMost } from '../core/each-at-most.ts';
import { plainLines } from '../core/plain-lines.ts';
import { labels } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { rateLimit } from '../deployment/rate-limit.ts';
import { lastPart, listInstances } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { GoogleError, isGoogleError } from '../google/http.ts';
import { getSerialPortOutput } from '../google/serial-port.ts';
import type { Session } from './session.ts';

// Milliseconds between two looks at the consoles, and at which machines there are.
const lookEvery = 1_000;
const listEvery = 10_000;
// As status: a minute stays below the default quota of reads; more machines are looked at less often.
const reads = { burst: 60, perSecond: 8 };
// What is shown of the past.
const firstLines = 10;
const firstBytes = 4_000;

interface Followed {
  machine: Instance;
  /** Where its console goes on; `undefined` = it was not looked at. */
  next?: number;
  /** The beginning of a line of which the end is not there yet. */
  rest: string;
}

/**
 * Tells what the machines write to their serial consoles, line by line, until a signal comes or no machine is left. Machines
 * that come later are followed, too, unless `only` these are wanted.
 */
export async function followLogs(
  session: Session,
  deployment: Deployment,
  machines: readonly Instance[],
  only: boolean,
): Promise<void> {
  const { clock, report, stop } = session.run;
  const limit = rateLimit({ ...reads, clock });
  const followed = new Map<string, Followed>();
  const follow = (machine: Instance): void => void followed.set(machine.name, { machine, rest: '' });
  for (const machine of machines) follow(machine);
  let listed = clock.now();
  try {
    while (followed.size > 0) {
      await eachAtMost(16, [...followed.values()], async (one) => {
        await limit(stop);
        if (!(await tellNew(session, one))) gone(one.machine.name);
      });
      await clock.sleep(lookEvery, stop);
      if (clock.now() - listed < listEvery) continue;
      listed = clock.now();
      await lookAround();
    }
    report.info('no machine is left to follow');
  } catch (error) {
    if (!stop.aborted) throw error;
    for (const one of followed.values()) if (one.rest !== '') tell(session, one, [one.rest]);
  }

  // A group replaces machines: by others, or by others of the same name.
  async function lookAround(): Promise<void> {
    const now = await listInstances(session.http, deployment.project, `labels.${labels.id}=${deployment.uuid}`);
    for (const [name, { machine }] of followed) {
      if (!now.some(({ id }) => id === machine.id)) gone(name);
    }
    const late = only ? now.filter(({ name }) => machines.some((machine) => machine.name === name)) : now;
    for (const machine of late) {
      if (followed.has(machine.name)) continue;
      report.info(`${machine.name} is new`);
      follow(machine);
    }
  }

  function gone(name: string): void {
    followed.delete(name);
    report.info(`${name} is gone`);
  }
}

/** Tells what is new on one console. Answers no when there is no such machine any more. */
async function tellNew(session: Session, followed: Followed): Promise<boolean> {
  const { http, run } = session;
  const { name, zone } = followed.machine;
  const place = { project: run.options.projectId, zone: lastPart(zone), machine: name };
  try {
    const { contents, next } = await getSerialPortOutput(http, place, followed.next ?? -firstBytes, run.stop);
    const parts = (followed.rest + contents).split('\n');
    followed.rest = parts.pop() ?? '';
    // The whole text first: a secret may have several lines.
    const fresh = parts.length === 0 ? [] : plainLines(run.redactor.clean(parts.join('\n')));
    if (followed.next === undefined && contents === '') run.report.info(`${name} has not spoken yet`);
    tell(session, followed, followed.next === undefined ? fresh.slice(-firstLines) : fresh);
    followed.next = next;
    return true;
  } catch (error) {
    if (isGoogleError(error, 404)) return false;
    if (run.stop.aborted || !passes(error)) throw error;
    // It is asked again in a moment; nothing is lost by that.
    return true;
  }
}

// Google or the network fails for a while (every call has tried several times), or the machine does not run.
function passes(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof GoogleError && (error.status >= 500 || error.status === 400));
}

function tell({ run }: Session, { machine }: Followed, lines: readonly string[]): void {
  for (const line of lines) {
    run.report.output('log', { machine: machine.name, line }, [`${machine.name} | ${line}`]);
  }
}
