import { deploymentFolder } from '../deployment/deployment.ts';
import { endLease } from '../deployment/lease.ts';
import { readLock, unlock as takeOff } from '../terraform/lock.ts';
import type { LockHolder } from '../terraform/lock-text.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import type { Action } from './action.ts';
import { openSession } from './session.ts';

/** Unlock: takes off the lock and ends the turn of a run that is dead. An explicit act: says whose they were. */
export const unlock: Action = {
  name: 'unlock',
  async run(run) {
    await using session = await openSession(run);
    const bucket = await findStateBucket(session.http, run.options);
    const place = bucket && { bucket: bucket.name, folder: deploymentFolder(run.options) };
    const [lock, ended] = place
      ? await Promise.all([readLock(session.http, place), endLease(session.http, place)])
      : [undefined, undefined];
    if (ended) run.report.info('the turn of another run is ended', { detail: `${ended.action} of ${ended.who}` });
    // A lock that is another one by the time it is taken off belongs to a run that has just begun.
    if (!place || !lock || !(await takeOff(session.http, place, lock))) {
      if (ended) return 0;
      run.report.output('unlock', { unlocked: false }, [`${run.options.namePrefix} is not locked: nothing to do`]);
      return 0;
    }
    run.report.output('unlock', { unlocked: true, lock }, [`${lockLine(lock)} was taken off`]);
    return 0;
  },
};

/** `the lock of root@host (OperationTypeApply, since 2026-11-22T12:00:00.000Z)`. */
export function lockLine({ who, operation, created }: LockHolder): string {
  const since = created === undefined ? '' : `, since ${new Date(created).toISOString()}`;
  return `the lock of ${who} (${operation}${since})`;
}
