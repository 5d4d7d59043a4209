import type { Clock } from '../core/clock.ts';
import { counted } from '../core/count.ts';
import { eachAtMost } from '../core/each-at-most.ts';
import { fail } from '../core/faults.ts';
import { judgeRefusal, refusalCode } from '../core/refusals.ts';
import type { Said } from '../core/refusals.ts';
import type { Report } from '../core/report.ts';
import {
  failuresOf,
  getGuestAttributes,
  lastPart,
  listGroupErrors,
  listManagedInstances,
} from '../google/compute-machines.ts';
import type { GroupFailure } from '../google/compute-machines.ts';
import type { GoogleHttp } from '../google/http.ts';
import type { Deployment } from './deployment.ts';
import { machineLines } from './machine-lines.ts';
import { readWords } from './machine-state.ts';
import type { MachineState } from './machine-state.ts';
import { rateLimit } from './rate-limit.ts';

/** What the wait needs to know. Times in milliseconds. */
export interface Wait {
  http: GoogleHttp;
  deployment: Deployment & { zone: string };
  group: string;
  count: number;
  timeout: number;
  clock: Clock;
  report: Report;
  stop: AbortSignal;
  width: number | undefined;
  /** The command that looks again, for the fault of a wait that took too long. */
  again: string;
  /** Machines that Google refuses do not end the wait for the others, where there are any. */
  partial?: boolean;
}

// Pauses between two looks (milliseconds): quick at first, because a small cluster is ready in a minute.
const shortestPause = 200;
const longestPause = 5_000;
// So long may a spot machine that was lost be made again by the group; then its zone is as good as full.
const breather = 60_000;
// Google's default is 1,500 reads a minute in a project: https://cloud.google.com/compute/api-quota. This many at once
// and this many a second after that keep a minute below it, and ask 1,000 machines at once the first time.
const burst = 1_000;
const perSecond = 8;

/**
 * Waits until every machine of the group says that it is ready, or has failed; with `partial`, every one that Google does not
 * refuse. "Ready" is what the machine said, not that it is RUNNING: only machines that are not ready yet are asked.
 * Throws GroupRefused when Google will not make some of them, TIMED_OUT, or the reason of `stop`.
 */
export async function waitForMachines(wait: Wait): Promise<MachineState[]> {
  const started = wait.clock.now();
  const known = new Map<string, MachineState>();
  const limit = rateLimit({ burst, perSecond, clock: wait.clock });
  let lost: number | undefined;
  const isLostLately = (refusals: readonly GroupFailure[]): boolean => {
    if (!refusals.every(isSpotLost)) return false;
    if (lost === undefined)
      wait.report.warn('a spot machine was lost while it was being made; it is asked for once more');
    lost ??= wait.clock.now();
    return wait.clock.now() - lost < breather;
  };
  try {
    for (let pause = shortestPause; ; pause = Math.min(pause * 1.5, longestPause)) {
      const refusals = await look(wait, known, limit);
      const machines = byName([...known.values()]);
      const given = machines.filter(({ refusal }) => refusal === undefined);
      const isPatient = refusals.length === 0 || isLostLately(refusals);
      if (!isPatient && !(wait.partial && given.length > 0)) {
        throw new GroupRefused(refusals, given.filter(({ status }) => status === 'RUNNING').length, wait.count);
      }
      const ready = machines.filter(({ state }) => state === 'ready').length;
      const failed = machines.filter(({ state }) => state === 'failed');
      const elapsed = wait.clock.now() - started;
      wait.report.live(
        machineLines(machines, wait.width),
        `${ready} of ${counted(wait.count, 'machine')} ready, ${failed.length} failed`,
        { ready, failed: failed.length, wanted: wait.count },
      );
      const awaited = isPatient ? machines.length : given.length;
      if (machines.length >= wait.count && ready + failed.length === awaited) return machines;
      if (elapsed > wait.timeout) throw tooLong(wait, machines);
      await wait.clock.sleep(pause, wait.stop);
    }
  } finally {
    wait.report.live([], '');
  }
}

function isSpotLost({ code, reason, message: text }: GroupFailure): boolean {
  return judgeRefusal({ code, reason, text })?.kind === 'spot lost';
}

/** Waits until every machine has the files of the manifest `sha256`, or says that it could not. */
export async function waitForFiles(wait: Wait, sha256: string): Promise<MachineState[]> {
  const has = ({ duties: { files } }: MachineState): boolean =>
    files?.manifest === sha256 && (files.state === 'done' || files.state === 'failed');
  const started = wait.clock.now();
  for (let pause = shortestPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const machines = await lookAtMachines(wait);
    const done = machines.filter(has);
    wait.report.live(
      machineLines(machines, wait.width),
      `files on ${done.length} of ${counted(wait.count, 'machine')}`,
    );
    if (done.length >= wait.count) {
      wait.report.live([], '');
      return machines;
    }
    if (wait.clock.now() - started > wait.timeout)
      throw tooLong(
        wait,
        machines.filter((machine) => !has(machine)),
      );
    await wait.clock.sleep(pause, wait.stop);
  }
}

/** What the machines of a group say now, asked once; for status. */
export async function lookAtMachines(wait: Omit<Wait, 'timeout' | 'again'>): Promise<MachineState[]> {
  const known = new Map<string, MachineState>();
  await look(wait, known, rateLimit({ burst, perSecond, clock: wait.clock }));
  return byName([...known.values()]);
}

// With one collator for all: localeCompare makes its own each time.
function byName(machines: MachineState[]): MachineState[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return machines.sort((a, b) => compare(a.name, b.name));
}

/** Google refused to make machines of the group: out of stock, out of quota, or something else that it names. */
export class GroupRefused extends Error {
  readonly failures: readonly GroupFailure[];
  /** The one that decides: a refusal for good before one that another zone can help against. */
  readonly said: Said;

  constructor(failures: readonly GroupFailure[], running: number, wanted: number) {
    const all = failures.map(({ code, reason, message: text }): Said => ({ code, reason, text }));
    const said = all.find((one) => judgeRefusal(one)?.action === 'STOP') ?? all[0] ?? { text: '' };
    super(
      `${running} of ${counted(wanted, 'machine')} run, ${failures.length} refused: ${refusalCode(said)}: ${said.text}`,
    );
    this.name = 'GroupRefused';
    this.failures = failures;
    this.said = said;
  }
}

async function look(
  wait: Omit<Wait, 'timeout' | 'again'>,
  known: Map<string, MachineState>,
  limit: ReturnType<typeof rateLimit>,
): Promise<GroupFailure[]> {
  const { http, deployment, group } = wait;
  const managed = await listManagedInstances(http, deployment.project, deployment.zone, group);
  const names = new Set(managed.map(({ instance }) => lastPart(instance)));
  for (const name of known.keys()) if (!names.has(name)) known.delete(name);
  const refusals = managed.flatMap(failuresOf);
  const missing = managed.length < wait.count || managed.some(({ instanceStatus }) => instanceStatus === '');
  if (refusals.length === 0 && missing && managed.every(({ instanceStatus }) => instanceStatus === '')) {
    // Older errors of a group that has recovered stay in the list: they count only while machines are missing.
    refusals.push(...(await listGroupErrors(http, deployment.project, deployment.zone, group)));
  }
  const reasons = new Map(refusals.map((refusal) => [refusal.machine, refusal]));
  await eachAtMost(32, managed, async (machine) => {
    const name = lastPart(machine.instance);
    const before = known.get(name);
    if (before?.state === 'ready') return;
    const status = machine.instanceStatus || machine.currentAction;
    const silent: MachineState = { name, zone: deployment.zone, status, state: 'silent', duty: '', duties: {} };
    const refusal = reasons.get(name) ?? reasons.get('');
    const { refusal: _before, ...same } = before ?? silent;
    known.set(name, { ...same, status, ...(refusal ? { refusal } : {}) });
    if (machine.instanceStatus !== 'RUNNING') return;
    await limit(wait.stop);
    const attributes = await getGuestAttributes(http, deployment.project, deployment.zone, name, 'cluster-provision');
    known.set(name, { name, zone: deployment.zone, status, ...readWords(attributes) });
  });
  return refusals;
}

function tooLong(wait: Wait, machines: readonly MachineState[]): Error {
  const late = machines.filter(({ state }) => state !== 'ready');
  const list = late.slice(0, 5).map(({ name, status, duty }) => `${name} (${status}${duty ? `, ${duty}` : ''})`);
  return fail(
    'TIMED_OUT',
    {
      what: `waiting for ${late.length} of ${counted(wait.count, 'machine')} (${list.join(', ')})`,
      time: `${Math.round(wait.timeout / 60_000)}m`,
      command: wait.again,
    },
    { exists: `${counted(machines.length, 'machine')} in ${wait.deployment.zone}, still starting, and paid for` },
  );
}
