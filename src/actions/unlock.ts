import { newDeployment } from '../deployment/deployment.ts';
import { readLock, removeLock } from '../terraform/lock.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import type { Action } from './action.ts';
import { openSession } from './session.ts';

/** Unlock: takes off the lock of a run that is dead. An explicit act: says whose lock it was. */
export const unlock: Action = {
  name: 'unlock',
  async run(run) {
    await using session = await openSession(run);
    const bucket = await findStateBucket(session.http, run.options);
    const deployment = newDeployment(run.options, bucket);
    const lock = bucket && (await readLock(session.http, deployment));
    if (!lock) {
      run.report.output('unlock', { locked: false }, [`${deployment.prefix} is not locked: nothing to do`]);
      return 0;
    }
    await removeLock(session.http, deployment, lock);
    run.report.output('unlock', { locked: true, lock }, [
      `the lock of ${lock.who} (${lock.operation}, since ${lock.created}) was taken off`,
    ]);
    return 0;
  },
};
