import { counted } from '../core/count.ts';
import { eachAtMost } from '../core/each-at-most.ts';
import { fail } from '../core/faults.ts';
import { plainLines } from '../core/plain-lines.ts';
import { table } from '../core/table.ts';
import { rateLimit } from '../deployment/rate-limit.ts';
import { readWords } from '../deployment/machine-state.ts';
import type { MachineState } from '../deployment/machine-state.ts';
import { getGuestAttributes, lastPart } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { isGoogleError } from '../google/http.ts';
import { getSerialPortOutput } from '../google/serial-port.ts';
import type { Action } from './action.ts';
import { findMachines, machineNamed } from './find-machines.ts';
import { followLogs } from './follow-logs.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

// The end of a console that is shown: lines, and the bytes in which they are looked for.
const consoleLines = { one: 60, many: 20 };
const consoleBytes = 24_000;
// As status: a minute stays below the default quota of reads.
const reads = { burst: 1_000, perSecond: 8 };

/** Logs: what each machine says of its duties, with their last words, then the end of its serial console; failed ones first. */
export const logs: Action = {
  name: 'logs',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    const found = await findMachines(session);
    const [name] = run.options.operands;
    const chosen = name === undefined ? found.machines : [machineNamed(found, name)];
    try {
      if (run.options.follow) await followLogs(session, found.deployment, chosen, name !== undefined);
      else await showLogs(session, chosen);
    } catch (error) {
      throw isGoogleError(error, 403) ? await denied(session, error.message) : error;
    }
    const missing = found.wanted - found.machines.length;
    if (name === undefined && missing > 0)
      run.report.warn(`${counted(missing, 'machine')} of ${found.wanted} are not there`);
    return 0;
  },
};

interface Said extends MachineState {
  /** The last lines of the serial console; `undefined` = Google has none for a machine that does not run. */
  console: readonly string[] | undefined;
}

async function showLogs(session: Session, machines: readonly Instance[]): Promise<void> {
  const { report, width } = session.run;
  const limit = rateLimit({ ...reads, clock: session.run.clock });
  const said: Said[] = [];
  await eachAtMost(32, machines, async (machine) => {
    await limit(session.run.stop);
    const [state, console] = await Promise.all([ask(session, machine), lastLines(session, machine, machines.length)]);
    said.push({ ...state, console });
  });
  const order = { failed: 0, silent: 1, running: 2, ready: 3 };
  said.sort((a, b) => order[a.state] - order[b.state] || a.name.localeCompare(b.name, 'en', { numeric: true }));
  if (said.length === 0) report.output('logs', {}, ['there are no machines']);
  for (const one of said) report.output('logs', { ...one, machine: one.name }, lines(session, one, width));
}

async function ask({ http, run }: Session, { name, zone: link, status }: Instance): Promise<MachineState> {
  const zone = lastPart(link);
  if (status !== 'RUNNING') return { name, zone, status, state: 'silent', duty: '', duties: {} };
  const attributes = await getGuestAttributes(http, run.options.projectId, zone, name, 'cluster-provision');
  return { name, zone, status, ...readWords(attributes) };
}

async function lastLines({ http, run }: Session, machine: Instance, of: number): Promise<string[] | undefined> {
  const place = { project: run.options.projectId, zone: lastPart(machine.zone), machine: machine.name };
  try {
    const { contents, start } = await getSerialPortOutput(http, place, -consoleBytes, run.stop);
    // Where it does not begin at the beginning, its first line is half a line.
    const whole = start > 0 ? contents.slice(contents.indexOf('\n') + 1) : contents;
    const all = plainLines(run.redactor.clean(whole.trimEnd()));
    return whole === '' ? [] : all.slice(of === 1 ? -consoleLines.one : -consoleLines.many);
  } catch (error) {
    if (machine.status === 'RUNNING' || !(isGoogleError(error, 400) || isGoogleError(error, 404))) throw error;
    return undefined;
  }
}

function lines({ run }: Session, said: Said, width: number | undefined): string[] {
  const { name, status, state, duty, duties, console } = said;
  const rows = Object.entries(duties).map(([one, { state: word, code, seconds, detail }]) => [
    `  ${one}`,
    word === 'failed' ? `failed, exit ${code}` : word,
    `${seconds} s`,
    detail,
  ]);
  const tails = Object.entries(duties).flatMap(([one, { tail }]) => {
    const last = plainLines(run.redactor.clean(tail.trimEnd()));
    return tail.trim() === '' ? [] : [`  the last words of ${one}:`, ...last.map((line) => `    ${line}`)];
  });
  const words = {
    failed: `failed in ${duty}`,
    silent: status === 'RUNNING' ? 'has not spoken yet' : `does not run: Google says ${status}`,
    running: `is at ${duty || 'its beginning'}`,
    ready: 'is ready',
  };
  const heading =
    console === undefined || console.length === 0
      ? '  nothing on its serial console'
      : '  the end of its serial console:';
  return [
    `${name} ${words[state]}`,
    ...table(rows, width),
    ...tails,
    heading,
    ...(console ?? []).map((line) => `    ${line}`),
    '',
  ];
}

async function denied({ cloud, run }: Session, google: string): Promise<Error> {
  const permissions = ['compute.instances.getSerialPortOutput', 'compute.instances.getGuestAttributes'];
  const who = await cloud.tokens.describe();
  const values = { who, what: 'read the logs of machines', project: run.options.projectId };
  return fail('PERMISSION_DENIED', { ...values, permissions: permissions.join(' or ') }, { google });
}
