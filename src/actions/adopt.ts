import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import type { StepReport } from '../core/report.ts';
import { findExisting, plannedName, waitForOperations } from '../deployment/adoption.ts';
import { declareIntent, readIntent } from '../deployment/intent.ts';
import { inventory, survey } from '../deployment/inventory.ts';
import type { Seen } from '../deployment/inventory.ts';
import type { ChangeSummary } from '../terraform/events.ts';
import type { PlannedResource } from '../terraform/plan.ts';
import { valueOf } from '../terraform/runner.ts';
import { nextCommand } from './next-command.ts';
import { remedyFor } from './remedy.ts';
import type { Workshop } from './workshop.ts';

/**
 * Plans, and takes over what an earlier run has made without being able to write it down: whatever is to be created and
 * exists already with our uuid is imported instead. Then writes down what the plan is about to make, so that the next run finds it
 * there whatever becomes of this one. Throws NAME_TAKEN for what exists and is not ours.
 */
export async function planWithWhatExists(shop: Workshop, step: StepReport): Promise<ChangeSummary> {
  const { terraform, work, control } = shop;
  await work.writeImports([]);
  const changes = valueOf(await terraform.plan(control((detail) => step.progress(detail))));
  if (changes.add === 0) return changes;
  // Terraform reads its plan while Google is asked.
  const [read, seen] = await Promise.all([terraform.planned(control()), surveyWhenQuiet(shop, step)]);
  const planned = valueOf(read);
  const imports = await findImports(shop, planned, seen);
  if (imports.length === 0) {
    await intend(shop, planned);
    return changes;
  }
  step.progress(`taking over ${imports.length} that an earlier run has made`);
  await work.writeImports(imports);
  const again = valueOf(await terraform.plan(control((detail) => step.progress(detail))));
  await intend(shop, planned);
  return again;
}

/**
 * Applies the plan. A refusal that passes is answered by another attempt: after a pause, more slowly, or, where an answer was lost
 * after the work was done, by taking over what is there already. Throws the faults of Terraform.
 */
export async function applyAndAdopt(shop: Workshop, step: StepReport): Promise<void> {
  const { run, records, terraform, work, control } = shop;
  let parallelism: number | undefined;
  let accounts: string[] | undefined;
  let refused: number | undefined;
  for (let tries = 1; ; tries += 1) {
    const result = await terraform.apply({
      ...control((detail) => step.progress(detail)),
      ...(parallelism === undefined ? {} : { parallelism }),
    });
    if (result.ok) break;
    accounts ??= accountsIn(await readIntent(records).catch(() => undefined));
    const waited = run.clock.now() - (refused ??= run.clock.now());
    const { enableApis } = run.options;
    const remedy = remedyFor({ diagnostics: result.diagnostics, tries, waited, accounts, enableApis });
    if (remedy === undefined || run.stop.aborted) throw result.fault;
    step.progress(remedy.why);
    parallelism ??= remedy.parallelism;
    await run.clock.sleep(remedy.pause, run.stop);
    const { import: taken } = await planWithWhatExists(shop, step);
    // What has a random name is not taken over: it makes way for another one.
    if (remedy.adopts && taken === 0 && (await removeOrphans(shop)) === 0) throw result.fault;
  }
  await work.writeImports([]);
}

/**
 * What was made under a name that is chosen at random (a template) by a run that died, or by a call whose answer was lost, is not
 * taken over but made anew; the first one is of no use to anybody. What the state knows, and the members of the group, stay.
 * Answers how many were removed.
 */
export async function removeOrphans({ run, http, deployment, terraform, control }: Workshop): Promise<number> {
  const state = valueOf(await terraform.pull(control())) ?? '';
  const members = ['compute_instance', 'compute_disk'];
  const marked = await inventory(http, deployment.project, { uuid: deployment.uuid });
  const orphans = marked.filter(({ type, id }) => !members.includes(type) && !state.includes(id));
  for (const { type, name, remove } of orphans) {
    run.report.info('removing what was made without being noted down', { detail: `${type} ${name}` });
    await remove(run.stop);
  }
  return orphans.length;
}

/** Names of the accounts that this run has set out to make. */
function accountsIn(intent: Awaited<ReturnType<typeof readIntent>>): string[] {
  const accounts = intent?.resources.filter(({ type }) => type === 'google_service_account') ?? [];
  return accounts.map(({ name }) => name);
}

/** Waits for what a run that was stopped or killed has asked for: it comes into being after one has looked for it. */
export async function untilQuiet({ run, http, deployment }: Workshop, step: StepReport): Promise<void> {
  await waitForOperations(http, deployment, {
    clock: run.clock,
    stop: run.stop,
    onWait: (count) => step.progress(`waiting for ${counted(count, 'operation')} of an earlier run`),
  });
}

async function surveyWhenQuiet(shop: Workshop, step: StepReport): Promise<Seen[]> {
  await untilQuiet(shop, step);
  return survey(shop.http, shop.deployment.project);
}

async function findImports(
  { run, http, deployment }: Workshop,
  planned: readonly PlannedResource[],
  seen: readonly Seen[],
) {
  const toCreate = planned.filter(({ actions }) => actions.length === 1 && actions[0] === 'create');
  const { imports, strangers } = await findExisting(http, deployment, toCreate, seen);
  if (strangers.length > 0) {
    throw fail('NAME_TAKEN', {
      prefix: deployment.prefix,
      project: deployment.project,
      list: strangers.join(', '),
      command: nextCommand(run, 'cleanup'),
    });
  }
  return imports;
}

async function intend({ id, run, records, deployment }: Workshop, planned: readonly PlannedResource[]): Promise<void> {
  const { maxRunSeconds, cleanupOnExit, action } = run.options;
  const now = run.clock.now();
  await declareIntent(records, {
    run: id,
    uuid: deployment.uuid,
    action,
    cleanup: cleanupOnExit,
    deadline: maxRunSeconds === undefined ? undefined : new Date(now + maxRunSeconds * 1000).toISOString(),
    started: new Date(now).toISOString(),
    resources: planned
      .filter(({ actions }) => actions.includes('create'))
      .map(({ address, type, values }) => ({ address, type, name: plannedName(values) })),
  });
}
