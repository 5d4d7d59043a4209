import type { Deployment } from '../deployment/deployment.ts';
import type { Records } from '../deployment/records.ts';
import { userAndHost } from '../core/who.ts';
import { findTerraform } from '../terraform/binary.ts';
import type { TerraformBinary } from '../terraform/binary.ts';
import type { Control } from '../terraform/command.ts';
import { tightMemory } from '../terraform/memory.ts';
import { freeLock } from '../terraform/lock.ts';
import { putInRescue } from '../terraform/rescue.ts';
import { createTerraform } from '../terraform/runner.ts';
import type { Terraform } from '../terraform/runner.ts';
import { localState, openWorkDirectory, workDirectoryPath } from '../terraform/work-directory.ts';
import type { WorkDirectory } from '../terraform/work-directory.ts';
import type { Backend } from '../../stacks/cluster-input.ts';
import { nextCommand } from './next-command.ts';
import type { Run } from './action.ts';
import type { Session } from './session.ts';
import { lockLine } from './unlock.ts';

/** What Terraform needs on this machine. */
export interface Tools {
  binary: TerraformBinary;
  work: WorkDirectory;
}

/** A deployment with Terraform ready to work on it. */
export interface Workshop extends Session {
  deployment: Deployment;
  records: Records;
  terraform: Terraform;
  work: WorkDirectory;
  backend: Backend;
  /** Passes on the two stop signals, and Terraform's progress as progress of the step that runs. */
  control(progress?: (detail: string) => void): Control;
}

// What terraform needs after an interrupt, at most (measured: 9 s), with room for our own end.
const interruptSeconds = 13;

/**
 * Finds Terraform, where nobody has found an `installed` one yet, and tries the work directory out.
 * Throws TERRAFORM_MISSING, TERRAFORM_TOO_OLD, WORK_DIRECTORY_UNUSABLE.
 */
export async function openTools(
  { options, environment, report, stop }: Run,
  installed?: TerraformBinary,
): Promise<Tools> {
  const tight = tightMemory();
  if (tight !== undefined) report.warn('terraform may be killed for want of memory', { detail: tight });
  const [binary, work] = await Promise.all([
    installed ??
      findTerraform({
        environment,
        signal: stop,
        onNote: (text) => report.info('looking for Terraform', { detail: text }),
      }),
    openWorkDirectory(workDirectoryPath(options, environment)),
  ]);
  return { binary, work };
}

/** Makes Terraform ready for a deployment. Throws what `openTools` throws, where that was not done before. */
export async function openWorkshop(
  session: Session,
  deployment: Deployment,
  records: Records,
  tools?: Tools,
): Promise<Workshop> {
  const { run, cloud, http } = session;
  const { bucket, folder } = deployment;
  const { binary, work } = tools ?? (await openTools(run));
  const terraform = createTerraform({
    binary,
    work,
    cloud,
    environment: run.environment,
    redactor: run.redactor,
    run: session.id,
    project: deployment.project,
    deployment: deployment.prefix,
    resume: nextCommand(run, run.options.action),
    lockTimeoutSeconds: run.options.lockTimeoutSeconds,
    freeLock: async (since) =>
      bucket !== undefined && freeLock(http, { bucket, folder }, { run: session.id, who: userAndHost(), since }),
    rescue: bucket === undefined ? undefined : (state) => putInRescue(http, { bucket, folder }, state),
    clock: run.clock,
  });
  return {
    ...session,
    deployment,
    records,
    terraform,
    work,
    backend: backendOf(deployment, work),
    control: (progress) => ({
      stop: run.stop,
      stopNow: run.stopNow,
      // What an interrupted create has begun goes on at Google, so work in flight is let end where the grace allows.
      drainSeconds: Math.max(0, run.options.stopGraceSeconds - interruptSeconds),
      onWait: (holder) => progress?.(`waiting for ${lockLine(holder)}`),
      onProgress: progress && counter(progress),
    }),
    // The session outlives its workshops.
    [Symbol.asyncDispose]: () => terraform.close(),
  };
}

function backendOf(deployment: Deployment, work: WorkDirectory): Backend {
  return deployment.state === 'bucket' && deployment.bucket !== undefined
    ? { kind: 'gcs', bucket: deployment.bucket, prefix: `${deployment.folder}/terraform/state` }
    : { kind: 'local', path: work.file(localState) };
}

/** Turns Terraform's events into `7 done, 2 at work: google_compute_network.net`. */
function counter(tell: (detail: string) => void): NonNullable<Control['onProgress']> {
  const busy = new Set<string>();
  let done = 0;
  return ({ address, state }) => {
    if (state === 'started') busy.add(address);
    if (state === 'done' || state === 'failed') busy.delete(address);
    if (state === 'done') done += 1;
    const latest = [...busy].at(-1);
    tell(latest === undefined ? `${done} done` : `${done} done, ${busy.size} at work: ${latest}`);
  };
}

/**
 * The same workshop for a clean-up: the first signal has asked for it, or it was under way when the signal came; only the
 * second one may cut it short.
 */
export function untilDone(shop: Workshop): Workshop {
  const { stopNow } = shop.run;
  return {
    ...shop,
    run: { ...shop.run, stop: stopNow },
    control: (progress) => ({ ...shop.control(progress), stop: stopNow, drainSeconds: 0 }),
  };
}
