import { rm, writeFile } from 'node:fs/promises';

import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { judgeRefusal, usersIn } from '../core/refusals.ts';
import type { StepReport } from '../core/report.ts';
import { deleteDependants, findDependants } from '../deployment/dependants.ts';
import type { Dependant } from '../deployment/dependants.ts';
import { fulfilIntent, readIntent } from '../deployment/intent.ts';
import { inventory } from '../deployment/inventory.ts';
import type { Found } from '../deployment/inventory.ts';
import { googleFault, saidBy } from '../google/google-fault.ts';
import { isGoogleError } from '../google/http.ts';
import { rescueState } from '../terraform/rescue.ts';
import { refusalsIn, saidIn } from '../terraform/verdict.ts';
import { removeOrphans, untilQuiet } from './adopt.ts';
import { nextCommand } from './next-command.ts';
import { sayWhatExists } from './what-exists.ts';
import type { Workshop } from './workshop.ts';

// Google can hold a network for minutes after its last user is gone: asked again after these pauses, the last one again and
// again, for this long in all (milliseconds).
const pauses = [5_000, 10_000, 20_000, 40_000, 60_000];
const patience = 900_000;

// In the work directory: what could not be removed, for programs that come after us.
const leftoversFile = 'leftovers.json';

/**
 * Takes everything of the deployment away and proves it: Terraform destroys what its state holds, then an inventory by
 * uuid finds what no state knew, and deletes that too. Needs no description of what was created.
 * Throws RESOURCES_REMAIN with what is left; then nothing of the records is forgotten.
 */
export async function takeAway(shop: Workshop): Promise<{ removed: number }> {
  const { run, http, deployment, records } = shop;
  try {
    const wait = patiently(shop);
    // What was interrupted has made things that no state knows; they would hold what the state does know.
    const interrupted = (await readIntent(records)) !== undefined;
    await run.report.step('destroy', (step) => destroyState(shop, step, wait, interrupted));
    const removed = await run.report.step('inventory: is anything left?', (step) => removeRest(shop, step, wait));
    const left = await inventory(http, deployment.project, { uuid: deployment.uuid });
    if (left.length > 0) throw await remain(shop, left, wait.strangers);
    await rm(shop.work.file(leftoversFile), { force: true });
    await fulfilIntent(records);
    return { removed };
  } catch (error) {
    throw await sayWhatExists(shop, googleFault(error) ?? error);
  }
}

/** Destroys what the state holds, but for the networks that strangers hold. */
async function destroyState(shop: Workshop, step: StepReport, wait: Wait, interrupted: boolean): Promise<void> {
  const { deployment, terraform, work, control } = shop;
  await work.writeStack({ configuration: emptyCluster(shop.backend), variables: {} });
  const ready = await terraform.init(control());
  if (!ready.ok) throw ready.fault;
  await rescueState(shop, deployment);
  if (interrupted) {
    await untilQuiet(shop, step);
    // One that cannot be removed yet is tried again when the state's own are gone, and is named if it stays.
    await removeOrphans(shop).catch(() => 0);
  }
  await wait.clear('');
  for (;;) {
    const result = await terraform.destroy(control((detail) => step.progress(detail)));
    if (result.ok) return;
    const actions = refusalsIn(result.diagnostics).map((verdict) => verdict?.action);
    if (!actions.includes('RETRY') || actions.includes('STOP')) throw result.fault;
    const next = await wait.for(step, result.diagnostics.map((diagnostic) => saidIn(diagnostic).text).join('\n'));
    if (next === 'strangers') return;
    if (next === 'over') throw result.fault;
  }
}

/** Deletes what carries the uuid although no state knew it; answers how much that was. */
async function removeRest({ run, http, deployment }: Workshop, step: StepReport, wait: Wait): Promise<number> {
  let removed = 0;
  for (;;) {
    const refused: string[] = [];
    for (const found of await inventory(http, deployment.project, { uuid: deployment.uuid })) {
      step.progress(`removing ${found.type} ${found.name}, which no state knew`);
      try {
        await found.remove(run.stopNow);
        removed += 1;
      } catch (error) {
        // The last inventory names it; one that cannot be removed must not keep the others.
        run.report.warn('could not be removed', { detail: `${found.type} ${found.name}: ${String(error)}` });
        if (isGoogleError(error) && judgeRefusal(saidBy(error))?.action === 'RETRY') refused.push(error.message);
      }
    }
    if (refused.length === 0) return removed;
    if (wait.strangers.length > 0 || (await wait.for(step, refused.join('\n'))) !== 'again') return removed;
  }
}

/** What is done about resources that Google will not delete yet, networks most often. */
interface Wait {
  /** Removes what known automatisms have put into our networks; `refusal` is what Google said, '' = nothing yet. */
  clear(refusal: string): Promise<number>;
  /** The same, and then a pause unless that has helped. */
  for(step: StepReport, refusal: string): Promise<'again' | 'strangers' | 'over'>;
  /** What strangers hold them with: waiting does not help against it. */
  strangers: readonly Dependant[];
}

function patiently({ run, http, deployment }: Workshop): Wait {
  const { deleteForeignFirewalls } = run.options;
  let began: number | undefined;
  let tries = 0;
  const wait: Wait = {
    strangers: [],
    async clear(refusal) {
      const found = await findDependants(http, deployment, refusal === '' ? undefined : usersIn(refusal));
      const [taken, left] = partition(found.unknown, (one) => deleteForeignFirewalls && isRule(one));
      const doomed = [...found.automatic, ...taken];
      wait.strangers = left;
      if (doomed.length > 0) {
        run.report.info('removing what others added to our network', {
          detail: doomed.map(({ name }) => name).join(', '),
        });
        await deleteDependants(http, doomed, run.stopNow);
      }
      return doomed.length;
    },
    async for(step, refusal) {
      began ??= run.clock.now();
      const before = wait.strangers.length;
      const helped = await wait.clear(refusal);
      // Everything else was destroyed; only what is somebody else's holds the network.
      if (before > 0 && wait.strangers.length > 0 && helped === 0) return 'strangers';
      if (run.stop.aborted || run.clock.now() - began > patience) return 'over';
      if (helped === 0 && wait.strangers.length === 0) {
        const pause = pauses[Math.min(tries, pauses.length - 1)] ?? 0;
        tries += 1;
        step.progress(`Google does not let go of it yet; asking again in ${pause / 1000} s`);
        await run.clock.sleep(pause, run.stop);
      }
      return 'again';
    },
  };
  return wait;
}

/** What DELETE_FOREIGN_FIREWALLS is about; whatever else strangers have in our networks (machines, say) is never deleted. */
function isRule({ collection }: Dependant): boolean {
  return collection === 'firewalls' || collection === 'routes';
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

async function remain(
  { run, deployment, work }: Workshop,
  left: readonly Found[],
  strangers: readonly Dependant[],
): Promise<Error> {
  const names = [
    ...left.map(({ type, name }) => `${type} ${name}`),
    ...strangers.map(({ path }) => `${path.split('/').slice(-2).join(' ')} (not ours)`),
  ];
  const found = {
    leftovers: left.map(({ type, name }) => ({ type, name })),
    foreign: strangers.map(({ name }) => name),
  };
  const file = work.file(leftoversFile);
  const { project, prefix, uuid } = deployment;
  const text = JSON.stringify({ project, deployment: prefix, uuid, ...found }, undefined, 2);
  // The fault says the same, so a full disk is not what this run should end with.
  await writeFile(file, `${text}\n`).catch(() => undefined);
  const flags = strangers.some(isRule) ? ['--delete-foreign-firewalls'] : [];
  return fail(
    'RESOURCES_REMAIN',
    {
      resources: counted(names.length, 'resource'),
      deployment: deployment.prefix,
      list: names.join(', '),
      command: nextCommand(run, 'destroy', ...flags),
    },
    {
      exists: names.join(', '),
      done: `everything else was destroyed; what remains is listed in ${file}`,
      details: { ...found, file },
    },
  );
}
