import { deploymentFolder } from '../deployment/deployment.ts';
import { readLock, unlock as takeOff } from '../terraform/lock.ts';
import type { LockHolder } from '../terraform/lock-text.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import type { Action } from './action.ts';
import { openSession } from './session.ts';

/** Unlock: takes off the lock of a run that is dead. An explicit act: says whose lock it was. */
export const unlock: Action = {
  name: 'unlock',
  async run(run) {
    await using session = await openSession(run);
    const bucket = await findStateBucket(session.http, run.options);
    const place = bucket && { bucket: bucket.name, folder: deploymentFolder(run.options) };
    const lock = place && (await readLock(session.http, place));
    // A lock that is another one by the time it is taken off belongs to a run that has just begun.
    if (!lock || !(await takeOff(session.http, place, lock))) {
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
