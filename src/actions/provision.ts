import { counted } from '../core/count.ts';
import { fail, isFault } from '../core/faults.ts';
import { refusalFault } from '../core/refusal-fault.ts';
import { judgeRefusal, refusalCode, zonesWithRoom } from '../core/refusals.ts';
import type { Said } from '../core/refusals.ts';
import { fulfilIntent } from '../deployment/intent.ts';
import { refusedLine } from '../deployment/machine-lines.ts';
import { GroupRefused, waitForMachines } from '../deployment/readiness.ts';
import type { MachineState } from '../deployment/machine-state.ts';
import { updateDeployment } from '../deployment/record.ts';
import type { GroupFailure } from '../google/compute-machines.ts';
import { googleFault } from '../google/google-fault.ts';
import { valueOf } from '../terraform/runner.ts';
import type { ChangeSummary } from '../terraform/events.ts';
import { applyAndAdopt, planWithWhatExists } from './adopt.ts';
import { showLastWords } from './last-words.ts';
import { nextCommand } from './next-command.ts';
import { takeAway } from './take-away.ts';
import { clusterStack } from './wanted.ts';
import type { Wanted } from './wanted.ts';
import { sayWhatExists } from './what-exists.ts';
import type { Workshop } from './workshop.ts';

/** What was made. */
export interface Provisioned {
  changes: ChangeSummary;
  zone: string;
  machines: MachineState[];
  /** With PARTIAL=keep: machines that Google would not make. */
  refused: readonly GroupFailure[];
  outputs: Record<string, unknown>;
}

/**
 * Creates the cluster in the first zone that has room: plan, intent, apply, readiness. A zone that is out of stock is left
 * for the next one of the list, those first that Google says have room; changing the zone makes Terraform take away what was
 * begun in the one before. A cluster that has machines already is not moved.
 * Throws ZONE_STOCKED_OUT, QUOTA_SHORT, MACHINES_UNUSABLE, TIMED_OUT, the faults of Terraform, and those of refusals.
 */
export async function provision(shop: Workshop, wanted: Wanted): Promise<Provisioned> {
  const { run } = shop;
  const { zones, instanceCount, vmType } = run.options;
  const tried: string[] = [];
  const hinted = new Set<string>();
  let last: Said = { text: '' };
  let waiting = zoneOrder(zones, shop.deployment.zone, wanted.existing);
  for (let zone = waiting.shift(); zone !== undefined; zone = waiting.shift()) {
    try {
      return await provisionIn(shop, wanted, zone);
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal === undefined) throw await sayWhatExists(shop, googleFault(error) ?? error);
      if (!leavesZone(refusal.said)) throw await refused(shop, wanted, refusal);
      last = refusal.said;
      tried.push(`${zone} (${refusalCode(last) || 'no room'})`);
      for (const one of refusal.zones) hinted.add(one);
      waiting = [...waiting.filter((one) => hinted.has(one)), ...waiting.filter((one) => !hinted.has(one))];
      const detail = `${zone}: ${refusal.message}`;
      run.report.warn('the zone has no room', { detail, zone, zonesAvailable: refusal.zones });
    }
  }
  const facts = {
    project: run.options.projectId,
    what: 'create machines',
    machines: `${instanceCount} x ${vmType}`,
    zones: tried.join(', '),
    elsewhere: [...hinted].filter((zone) => !zones.includes(zone)),
  };
  throw refusalFault(last, facts, await givenUp(shop, wanted)) ?? new Error('no zone was tried');
}

async function provisionIn(shop: Workshop, wanted: Wanted, zone: string): Promise<Provisioned> {
  const { run, records, terraform } = shop;
  const deployment = { ...shop.deployment, zone };
  shop.deployment = deployment;
  await shop.work.writeStack(await clusterStack(shop, wanted, zone));

  const changes = await run.report.step(`plan (${zone})`, (step) => planWithWhatExists(shop, step));
  if (changes.add + changes.change + changes.remove + changes.import > 0) {
    await updateDeployment(records, deployment, run.options.instanceCount);
    await run.report.step(`create in ${zone}: ${describe(changes)}`, (step) => applyAndAdopt(shop, step));
    await fulfilIntent(records);
  }
  const [said, outputs] = await Promise.all([
    run.options.wait ? ready(shop, zone) : [],
    terraform.output(shop.control()),
  ]);
  const refused = said.flatMap(({ refusal }) => (refusal ? [refusal] : []));
  const machines = said.filter(({ refusal }) => !refusal);
  if (refused.length > 0) goOnWith(shop, machines.length, refused);
  return { changes, zone, machines, refused, outputs: valueOf(outputs) };
}

/** PARTIAL=keep: from here on the run is about the machines that it got; the group goes on asking for the others. */
function goOnWith(shop: Workshop, given: number, refused: readonly GroupFailure[]): void {
  const { run } = shop;
  const wanted = run.options.instanceCount;
  shop.run = { ...run, options: { ...run.options, instanceCount: given } };
  run.report.warn(`Google gave ${given} of ${counted(wanted, 'machine')}; ${refused.length} refused`, {
    detail: refusedLine(refused),
    given,
    wanted,
    refused: refused.map(({ machine, code, message }) => ({ machine, code, message })),
  });
}

async function ready(shop: Workshop, zone: string): Promise<MachineState[]> {
  const { run, deployment, http } = shop;
  const { instanceCount, timeoutSeconds } = run.options;
  const machines = await run.report.step(`${counted(instanceCount, 'machine')} getting ready`, () =>
    waitForMachines({
      http,
      deployment: { ...deployment, zone },
      group: `${deployment.prefix}-mig`,
      count: instanceCount,
      timeout: timeoutSeconds * 1000,
      clock: run.clock,
      report: run.report,
      stop: run.stop,
      width: run.width,
      again: nextCommand(run, 'status'),
      partial: run.options.partial === 'keep',
    }),
  );
  const failed = machines.filter(({ state }) => state === 'failed');
  // With EXIT_WHEN_DONE the command is the job: how it ends is the answer of the whole run, not a fault of the machines.
  const job = run.options.exitWhenDone && failed.every(({ duty }) => duty === 'startup-command');
  if (failed.length === 0 || job) return machines;
  showLastWords(run.report, failed);
  const list = failed.slice(0, 5).map(({ name, duty, duties }) => {
    const what = duties[duty];
    return `${name}: ${duty} ended with ${what?.code ?? 1}${what?.detail ? ` (${what.detail})` : ''}`;
  });
  throw fail(
    'MACHINES_UNUSABLE',
    {
      count: failed.length,
      machines: counted(machines.length, 'machine'),
      list: list.join('; ') + (failed.length > 5 ? ` and ${failed.length - 5} more` : ''),
      command: nextCommand(run, 'destroy'),
    },
    {
      exists: `${counted(machines.length, 'machine')} in ${zone}, paid for until destroyed`,
      details: failed.map(({ name, duty, duties }) => ({ name, duty, ...duties[duty] })),
    },
  );
}

// A cluster that has machines stays where it is: in another zone they would all be made anew.
function zoneOrder(zones: readonly string[], current: string | undefined, existing: number): string[] {
  if (current === undefined || !zones.includes(current)) return [...zones];
  return existing > 0 ? [current] : [current, ...zones.filter((zone) => zone !== current)];
}

/** A refusal of machines, by the group or, before there is one, by Terraform's words. */
interface Refusal {
  said: Said;
  message: string;
  /** Zones that Google says have room. */
  zones: readonly string[];
}

function refusalIn(error: unknown): Refusal | undefined {
  if (error instanceof GroupRefused) {
    return { said: error.said, message: error.message, zones: error.failures.flatMap((one) => one.zonesAvailable) };
  }
  if (!isFault(error, 'ZONE_STOCKED_OUT')) return undefined;
  const text = error.context.google ?? error.message;
  return { said: { text }, message: error.message, zones: zonesWithRoom(text) };
}

// A spot machine that was lost twice is as good as no room.
function leavesZone(said: Said): boolean {
  return judgeRefusal(said)?.fault === 'ZONE_STOCKED_OUT';
}

/** A refusal that another zone does not help against; one that nobody knows keeps what there is. */
async function refused(shop: Workshop, wanted: Wanted, { said, message }: Refusal): Promise<Error> {
  const { projectId: project, namePrefix: deployment } = shop.run.options;
  const facts = { project, deployment, what: 'create machines', again: nextCommand(shop.run, 'create') };
  if (judgeRefusal(said) === undefined) {
    const exists = 'the networks and the group; machines are asked for again and again until it is destroyed';
    const context = {
      google: said.text,
      googleCode: refusalCode(said),
      exists,
      done: 'nothing: these words are not known',
    };
    return fail('CREATE_FAILED', { reason: message }, context);
  }
  const known = refusalFault(said, facts, await givenUp(shop, wanted));
  return known ?? new Error(message);
}

/** What is there after a refusal: a new cluster is taken away, for a group that waits would cost money whenever Google finds some. */
async function givenUp(shop: Workshop, { existing }: Wanted): Promise<{ exists: string; done?: string }> {
  if (existing > 0)
    return { exists: `${counted(existing, 'machine')}, as before; the group goes on asking for the others` };
  await takeAway(shop);
  return { exists: 'nothing', done: 'what was begun was taken away again' };
}

function describe({ add, change, remove, import: taken }: ChangeSummary): string {
  const parts = [
    taken && `${taken} to take over`,
    add && `${add} to add`,
    change && `${change} to change`,
    remove && `${remove} to remove`,
  ];
  return parts.filter(Boolean).join(', ');
}
