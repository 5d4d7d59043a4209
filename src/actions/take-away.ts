import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { classify } from '../core/classify.ts';
import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import type { StepReport } from '../core/report.ts';
import { deleteFirewalls, findForeignFirewalls } from '../deployment/foreign-firewalls.ts';
import { fulfilIntent } from '../deployment/intent.ts';
import { inventory } from '../deployment/inventory.ts';
import type { Found } from '../deployment/inventory.ts';
import type { ComputeResource } from '../google/compute-resources.ts';
import { rescueState } from '../terraform/rescue.ts';
import { nextCommand } from './next-command.ts';
import type { Workshop } from './workshop.ts';

// Google can hold a network for minutes after its last user is gone: asked again after these pauses (milliseconds).
const pauses = [2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 120_000, 240_000, 300_000];

/**
 * Takes everything of the deployment away and proves it: Terraform destroys what its state holds, then an inventory by
 * uuid finds what no state knew, and deletes that too. Needs no description of what was created.
 * Throws RESOURCES_REMAIN with what is left; then nothing of the records is forgotten.
 */
export async function takeAway(shop: Workshop): Promise<{ removed: number }> {
  const { run, http, deployment, records } = shop;
  const unknown = await run.report.step('destroy', (step) => destroyState(shop, step));
  const removed = await run.report.step('inventory: is anything left?', (step) => removeRest(shop, step));
  const left = await inventory(http, deployment.project, { uuid: deployment.uuid });
  if (left.length > 0 || unknown.length > 0) throw remain(shop, left, unknown);
  await fulfilIntent(records);
  return { removed };
}

/** Destroys what the state holds; answers the firewall rules of strangers that hold one of our networks. */
async function destroyState(shop: Workshop, step: StepReport): Promise<ComputeResource[]> {
  const { run, http, deployment, terraform, work, control } = shop;
  await work.writeStack({ configuration: emptyCluster(shop.backend), variables: {} });
  const ready = await terraform.init(control());
  if (!ready.ok) throw ready.fault;
  await rescueState(shop, deployment);
  let unknown = await clearFirewalls(shop);
  for (const pause of [...pauses, undefined]) {
    const result = await terraform.destroy(control((detail) => step.progress(detail)));
    if (result.ok) return [];
    const refusals = result.diagnostics.map(({ summary, detail }) => classify('', `${summary} ${detail}`));
    // Everything else was destroyed; only somebody else's rule holds the network, and waiting does not help.
    if (unknown.length > 0 && refusals.includes('in-use')) return unknown;
    const passing = refusals.some((refusal) => refusal === 'in-use' || refusal === 'rate');
    if (!passing || pause === undefined || run.stop.aborted) throw result.fault;
    unknown = await clearFirewalls(shop);
    if (unknown.length === 0) {
      step.progress(`Google still holds a network; asking again in ${pause / 1000} s`);
      await run.clock.sleep(pause, run.stop);
    }
  }
  return unknown;

  async function clearFirewalls({ run: { options, report } }: Workshop): Promise<ComputeResource[]> {
    const found = await findForeignFirewalls(http, deployment);
    const doomed = options.deleteForeignFirewalls ? [...found.automatic, ...found.unknown] : found.automatic;
    if (doomed.length > 0) {
      report.info('removing firewall rules that others added to our network', {
        detail: doomed.map(({ name }) => name).join(', '),
      });
      await deleteFirewalls(http, doomed, run.stopNow);
    }
    return options.deleteForeignFirewalls ? [] : found.unknown;
  }
}

/** Deletes what carries the uuid although no state knew it; answers how much that was. */
async function removeRest({ run, http, deployment }: Workshop, step: StepReport): Promise<number> {
  const left = await inventory(http, deployment.project, { uuid: deployment.uuid });
  let removed = 0;
  for (const found of left) {
    step.progress(`removing ${found.type} ${found.name}, which no state knew`);
    try {
      await found.remove(run.stopNow);
      removed += 1;
    } catch (error) {
      // The second inventory names it; one that cannot be removed must not keep the others.
      run.report.warn('could not be removed', { detail: `${found.type} ${found.name}: ${String(error)}` });
    }
  }
  return removed;
}

function remain({ run, deployment }: Workshop, left: readonly Found[], foreign: readonly ComputeResource[]): Error {
  const names = [
    ...left.map(({ type, name }) => `${type} ${name}`),
    ...foreign.map(({ name }) => `compute_firewall ${name} (not ours)`),
  ];
  const flags = foreign.length > 0 ? ['--delete-foreign-firewalls'] : [];
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
      done: 'everything else was destroyed',
      details: { leftovers: left.map(({ type, name }) => ({ type, name })), foreign: foreign.map(({ name }) => name) },
    },
  );
}
