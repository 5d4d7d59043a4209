import { classify } from '../core/classify.ts';
import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { fulfilIntent } from '../deployment/intent.ts';
import { GroupRefused, waitForMachines } from '../deployment/readiness.ts';
import type { MachineState } from '../deployment/readiness.ts';
import { updateDeployment } from '../deployment/record.ts';
import { valueOf } from '../terraform/runner.ts';
import type { ChangeSummary } from '../terraform/events.ts';
import { applyAndAdopt, planWithWhatExists } from './adopt.ts';
import { showLastWords } from './last-words.ts';
import { nextCommand } from './next-command.ts';
import { takeAway } from './take-away.ts';
import { clusterStack } from './wanted.ts';
import type { Wanted } from './wanted.ts';
import type { Workshop } from './workshop.ts';

/** What was made. */
export interface Provisioned {
  changes: ChangeSummary;
  zone: string;
  machines: MachineState[];
  outputs: Record<string, unknown>;
}

/**
 * Creates the cluster in the first zone that has room: plan, intent, apply, readiness. A zone that is out of stock is left
 * for the next one of the list; changing the zone makes Terraform take away what was begun in the one before.
 * Throws ZONE_STOCKED_OUT, QUOTA_SHORT, MACHINES_UNUSABLE, TIMED_OUT and the faults of Terraform.
 */
export async function provision(shop: Workshop, wanted: Wanted): Promise<Provisioned> {
  const { run } = shop;
  const tried: string[] = [];
  for (const zone of zoneOrder(run.options.zones, shop.deployment.zone)) {
    try {
      return await provisionIn(shop, wanted, zone);
    } catch (error) {
      if (!(error instanceof GroupRefused)) throw error;
      if (!isStockout(error)) throw refused(shop, error);
      tried.push(`${zone} (${error.failures[0]?.code ?? 'no room'})`);
      run.report.warn('the zone has no room', { detail: `${zone}: ${error.message}`, zone });
    }
  }
  const fault = { count: run.options.instanceCount, type: run.options.vmType, zones: tried.join(', ') };
  if (wanted.existing > 0) {
    throw fail('ZONE_STOCKED_OUT', fault, { exists: `${counted(wanted.existing, 'machine')}, as before` });
  }
  // A group that waits for room would begin to cost money whenever Google finds some.
  await takeAway(shop);
  throw fail('ZONE_STOCKED_OUT', fault, { exists: 'nothing', done: 'what was begun was taken away again' });
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
  const [machines, outputs] = await Promise.all([
    run.options.wait ? ready(shop, wanted, zone) : [],
    terraform.output(shop.control()),
  ]);
  return { changes, zone, machines, outputs: valueOf(outputs) };
}

async function ready(shop: Workshop, wanted: Wanted, zone: string): Promise<MachineState[]> {
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

// A cluster that exists stays where it is for as long as its zone is on the list.
function zoneOrder(zones: readonly string[], current: string | undefined): readonly string[] {
  if (current === undefined || !zones.includes(current)) return zones;
  return [current, ...zones.filter((zone) => zone !== current)];
}

function isStockout({ failures }: GroupRefused): boolean {
  return failures.some(({ code, message }) => classify(code, message) === 'stockout');
}

function refused({ run }: Workshop, error: GroupRefused): Error {
  const [first] = error.failures;
  const google = `${first?.code}: ${first?.message}`;
  const exists = 'the networks and the empty group; machines are asked for again and again until it is destroyed';
  switch (classify(first?.code ?? '', first?.message ?? '')) {
    case 'quota':
      return fail(
        'QUOTA_SHORT',
        { project: run.options.projectId, list: `  ${first?.message}` },
        { cause: error, google, exists },
      );
    case 'policy':
      return fail('POLICY_VIOLATED', { policy: first?.message ?? '' }, { cause: error, google, exists });
    default:
      return fail('CREATE_FAILED', { reason: first?.message ?? error.message }, { cause: error, google, exists });
  }
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
