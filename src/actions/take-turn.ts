import { duration } from '../core/duration.ts';
import { fail } from '../core/faults.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { takeLease } from '../deployment/lease.ts';
import type { Lease, LeaseHolder } from '../deployment/lease.ts';
import { readLock, unlock } from '../terraform/lock.ts';
import { isLockOf } from '../terraform/lock-owner.ts';
import type { LockOwner } from '../terraform/lock-owner.ts';
import { endStragglers } from '../terraform/stragglers.ts';
import { workDirectoryPath } from '../terraform/work-directory.ts';
import { nextCommand } from './next-command.ts';
import type { Session } from './session.ts';

/** A session whose turn it is to change a deployment. */
export interface Turn extends Session {
  /** Aborted with TURN_LOST when another run has taken over. */
  lost: AbortSignal;
  /** The last acts need no signs of life: what is deleted may hold them. */
  leave(): Promise<void>;
}

/**
 * Waits until it is the turn of this run: one run at a time changes a deployment that has a bucket. A run that
 * died is replaced after a minute, and the lock that it left on the state is taken off. The run stops when its turn is
 * taken away from it. Throws LOCK_HELD when the others are not done within LOCK_TIMEOUT.
 */
export async function takeTurn(session: Session, deployment: Deployment): Promise<Turn> {
  const { run, http } = session;
  const { bucket, folder, prefix } = deployment;
  // What is noted down in this container alone, nobody else knows of.
  if (bucket === undefined) {
    return {
      ...session,
      lost: new AbortController().signal,
      leave: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const place = { bucket, folder };
  let told = '';
  const lease = await takeLease(http, {
    ...place,
    run: session.id,
    action: run.options.action,
    timeout: run.options.lockTimeoutSeconds * 1000,
    clock: run.clock,
    stop: run.stop,
    onLost: fail('TURN_LOST', { deployment: prefix, command: nextCommand(run, 'status') }),
    onWait(holder) {
      if (holder.run !== told) run.report.info('waiting for another run of this deployment', { detail: line(holder) });
      told = holder.run;
    },
  });
  if ('heldBy' in lease) throw held(session, prefix, lease.heldBy);
  if (lease.dead) {
    run.report.warn('an earlier run died: going on from where it stopped', { detail: line(lease.dead) });
    await endStragglers(workDirectoryPath(run.options, run.environment));
  }

  // Whoever of ours had it does not live any more; the lock of somebody's own Terraform is left alone.
  const lock = lease.dead && (await readLock(http, place));
  const left = lock && lease.dead && isLockOf(owner(lease.dead), lock) && (await unlock(http, place, lock));
  if (left) run.report.info('the lock that it left on the state is taken off', { detail: lock.who });
  return {
    ...session,
    run: { ...run, stop: AbortSignal.any([run.stop, lease.lost]) },
    lost: lease.lost,
    leave: () => lease.leave(),
    [Symbol.asyncDispose]: () => giveBack(lease, session, place),
  };
}

// A lock of ours that is still there could not be taken off: the lease stays, so that the next run knows that it may.
async function giveBack(lease: Lease, { http }: Session, place: { bucket: string; folder: string }): Promise<void> {
  const lock = await readLock(http, place).catch(() => undefined);
  if (lock && isLockOf(owner(lease.holder), lock)) await lease.leave();
  await lease[Symbol.asyncDispose]();
}

function owner({ run, who, began }: LeaseHolder): LockOwner {
  return { run, who, since: began };
}

function line({ who, action, since }: LeaseHolder): string {
  return `${action} of ${who}, since ${since}`;
}

function held({ http }: Session, deployment: string, { who, action, since }: LeaseHolder): Error {
  const age = duration(Math.max(0, (http.time() - Date.parse(since)) / 1000));
  return fail('LOCK_HELD', { deployment, who, since, age, operation: action });
}
