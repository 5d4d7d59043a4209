import { planCopy } from '../copy/plan.ts';
import { counted } from '../core/count.ts';
import { fail, isFault, untouched } from '../core/faults.ts';
import { newDeployment } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { getGroup } from '../google/compute-machines.ts';
import { isGoogleError } from '../google/http.ts';
import { claimDeployment, forgetDeployment, updateDeployment } from '../deployment/record.ts';
import { readIntent } from '../deployment/intent.ts';
import { needsBucket } from '../preflight/needed-permissions.ts';
import { preflight } from '../preflight/preflight.ts';
import { findInstalledTerraform } from '../terraform/binary.ts';
import type { TerraformBinary } from '../terraform/binary.ts';
import { ensureStateBucket } from '../terraform/state-bucket.ts';
import { rescueState } from '../terraform/rescue.ts';
import { valueOf } from '../terraform/runner.ts';
import { emptyCluster } from '../../stacks/empty-cluster.ts';
import type { Action, Run } from './action.ts';
import { reportCluster } from './cluster-report.ts';
import { removeOrphans } from './adopt.ts';
import { copyFiles } from './copy-files.ts';
import { findDeployment } from './find-deployment.ts';
import type { KnownDeployment } from './find-deployment.ts';
import { forget } from './forget.ts';
import { holdUntilEnd } from './hold.ts';
import { placementFacts } from './placement-facts.ts';
import { provision } from './provision.ts';
import { beginPriceLookup } from './price-lookup.ts';
import { openSession, recordsOf } from './session.ts';
import type { Session } from './session.ts';
import { nextCommand } from './next-command.ts';
import { takeAway } from './take-away.ts';
import { takeTurn } from './take-turn.ts';
import type { Turn } from './take-turn.ts';
import { describeWanted, loadStacks } from './wanted.ts';
import type { Wanted } from './wanted.ts';
import { takenAway } from './what-exists.ts';
import { openTools, openWorkshop, untilDone } from './workshop.ts';
import type { Tools, Workshop } from './workshop.ts';

/**
 * Create: checks first, then the bucket, the files and Terraform side by side, then the machines, then the report.
 * Run again it goes on where it stopped, scales up and down, or says that there is nothing to do.
 */
export const create: Action = {
  name: 'create',
  async run(run) {
    // It takes Terraform a moment to say its version, and us to open the cloud. What is wrong with it is told later.
    const installed = findInstalledTerraform(run.environment).catch(() => undefined);
    await using session = await openSession(run);
    await using prices = beginPriceLookup(session);
    const { wanted, tools } = await check(session, installed).catch((error: unknown) => {
      throw untouched(error);
    });
    const { fresh, turn: taken } = await takePlace(session);
    await using turn = taken;
    Object.assign(wanted, await takeStock(turn, tools));
    const records = recordsOf(session, fresh);
    const deployment = await claimDeployment(records, fresh);
    await using shop = await openWorkshop(turn, deployment, records, tools);
    try {
      wanted.files = await copyAndInit(shop);
      const unfinished = await readIntent(records);
      const made = await provision(shop, wanted);
      if (unfinished) await removeOrphans(shop);
      await updateDeployment(shop.records, { ...shop.deployment, zone: made.zone }, run.options.instanceCount);
      await reportCluster(shop, { made, files: wanted.files, machine: wanted.machine, prices });
    } catch (error) {
      throw await afterFailure(turn, shop, error, wanted.existing);
    }
    return run.options.cleanupOnExit ? await holdUntilEnd(turn, shop) : 0;
  },
};

/** Everything that can be found out before anything is made: what is wrong with the options, the cloud, this machine. */
async function check(
  session: Session,
  installed: Promise<TerraformBinary | undefined>,
): Promise<{ wanted: Wanted; tools: Tools }> {
  const { run } = session;
  const wanted = await describeWanted(run);
  if (run.options.copyDirPath !== undefined) await planCopy(run.options.copyDirPath, run.stop);
  const { known } = await findDeployment(session);
  if (known) refuseToTakeAwayWhatStays(run, known.deployment);
  const machines = await machinesOf(session, known);
  await preflight(
    { ...session, options: run.options, machine: wanted.machine, ...machines, signal: run.stop },
    run.report,
  );
  refuseToResizeFlexStart(run, machines.existing);
  return { wanted, tools: await openTools(run, await installed) };
}

/** What there is now that it is our turn: another run may have made or taken away something since the checks. */
async function takeStock(
  turn: Turn,
  tools: Tools,
): Promise<Pick<Wanted, 'existing' | 'reservationPolicy' | 'keepsPolicy'>> {
  const { known } = await findDeployment(turn);
  const standing = known && (await finishEarlier(turn, known, tools)) ? undefined : known;
  const { existing } = await machinesOf(turn, standing);
  refuseToResizeFlexStart(turn.run, existing);
  return { existing, ...(await placementFacts(turn, standing, existing)) };
}

/** What exists of the deployment already; one that does not exist yet has no zone and no machines. */
export async function machinesOf(
  { http, run: { options } }: Session,
  known: KnownDeployment | undefined,
): Promise<{ existing: number; zone: string | undefined }> {
  const zone = known?.deployment.zone;
  if (zone === undefined) return { existing: 0, zone };
  const group = await getGroup(http, options.projectId, zone, `${options.namePrefix}-mig`);
  return { existing: group?.targetSize ?? 0, zone };
}

/**
 * A run with CLEANUP_ON_EXIT that was killed, here or anywhere else, owes a clean-up: it is done first. Answers whether there was
 * one. Throws CLUSTER_STAYS when this run would take away at its end what another has made to stay.
 */
async function finishEarlier(turn: Turn, { deployment, records }: KnownDeployment, tools: Tools): Promise<boolean> {
  refuseToTakeAwayWhatStays(turn.run, deployment);
  if (deployment.state !== 'local') return false;
  turn.run.report.info('an earlier run with CLEANUP_ON_EXIT did not end: finishing its clean-up first');
  await using shop = await openWorkshop(turn, deployment, records, tools);
  await takeAway(untilDone(shop));
  await forgetDeployment(records);
  return true;
}

/** Finds or makes the bucket, and waits for our turn. The run that we wait for may take the bucket away as its last act. */
async function takePlace(session: Session): Promise<{ fresh: Deployment; turn: Turn }> {
  for (let tries = 1; ; tries += 1) {
    const fresh = await findPlace(session);
    try {
      return { fresh, turn: await takeTurn(session, fresh) };
    } catch (error) {
      if (!isGoogleError(error, 404) || tries === 3) throw error;
    }
  }
}

/**
 * Finds or makes the bucket. With CLEANUP_ON_EXIT and no files it is used where it can be had, to note down what a killed run
 * owes; the state itself stays in the work directory.
 */
async function findPlace(session: Session): Promise<Deployment> {
  const { run, http } = session;
  const { options } = run;
  return await run.report.step('state bucket', async (step) => {
    try {
      const found = await ensureStateBucket(http, options, run.report);
      step.progress(found.fresh ? `made gs://${found.name}` : `gs://${found.name}`);
      return newDeployment(options, found);
    } catch (error) {
      if (needsBucket(options) || !isFault(error)) throw untouched(error);
      run.report.warn('there is no bucket to note down what is made: if this run is killed, `cleanup` finds it', {
        detail: error.message,
      });
      return newDeployment(options, undefined);
    }
  });
}

/** Files go to the bucket while Terraform gets ready: neither needs the other. */
async function copyAndInit(shop: Workshop): Promise<Wanted['files']> {
  const { run, terraform, work, backend, deployment } = shop;
  await work.writeStack({ configuration: emptyCluster(backend), variables: {} });
  const [files] = await Promise.all([
    copyFiles(shop),
    run.report.step('terraform init', async () => {
      // The stacks take as long to load as Terraform takes to come up.
      const onStart = (): void => void loadStacks();
      valueOf(await terraform.init({ ...shop.control(), onStart }));
      await rescueState(shop, deployment);
    }),
  ]);
  return (
    files && {
      bucket: files.bucket,
      manifest: files.manifest,
      sha256: files.sha256,
      count: files.files,
      bytes: files.bytes,
    }
  );
}

/**
 * CLEANUP_ON_EXIT, and ON_FAILURE=destroy for a cluster that was not there before, take away what a failed create has
 * begun. Answers what the run ends with: the first error, or the signal when everything is gone again.
 */
async function afterFailure(turn: Turn, shop: Workshop, error: unknown, existing: number): Promise<unknown> {
  const { options, report, stop } = shop.run;
  const armed = options.cleanupOnExit || (options.onFailure === 'destroy' && existing === 0);
  // What is another run's turn by now is no longer ours to take away.
  if (turn.lost.aborted) return turn.lost.reason;
  if (!armed) return error;
  report.warn('create did not come to its end: taking away what was begun');
  const calm = untilDone(shop);
  // Where no zone had room, everything is gone already.
  if (!isFault(error, 'ZONE_STOCKED_OUT')) await takeAway(calm);
  await forget(turn, calm);
  return stop.aborted ? stop.reason : takenAway(error);
}

function refuseToTakeAwayWhatStays(run: Run, { state, prefix }: Deployment): void {
  if (!run.options.cleanupOnExit || state === 'local') return;
  throw fail('CLUSTER_STAYS', { deployment: prefix, command: nextCommand(run, 'destroy') });
}

/** A flex-start request asks for its machines once; Google has no way to change the number afterwards. */
function refuseToResizeFlexStart(run: Run, existing: number): void {
  const { provisioningModel, instanceCount, namePrefix } = run.options;
  if (provisioningModel !== 'flex-start' || existing === 0 || existing === instanceCount) return;
  throw fail('FLEX_START_FIXED', {
    deployment: namePrefix,
    existing,
    machines: counted(existing, 'flex-start machine'),
    wanted: instanceCount,
    command: nextCommand(run, 'destroy'),
  });
}
