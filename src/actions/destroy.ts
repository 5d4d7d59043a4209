import { counted } from '../core/count.ts';
import { newDeployment } from '../deployment/deployment.ts';
import { inventory } from '../deployment/inventory.ts';
import { fail } from '../core/faults.ts';
import { listObjects } from '../google/storage.ts';
import type { StateBucket } from '../terraform/state-bucket.ts';
import type { Action } from './action.ts';
import { findDeployment } from './find-deployment.ts';
import { forget } from './forget.ts';
import { nextCommand } from './next-command.ts';
import { openSession, recordsOf } from './session.ts';
import type { Session } from './session.ts';
import { takeAway } from './take-away.ts';
import { takeTurn } from './take-turn.ts';
import { openWorkshop } from './workshop.ts';

/**
 * Destroy: works from PROJECT_ID, NAME_PREFIX and location alone, whatever the cluster was made of. Ends only when an
 * inventory by uuid is empty; then state, files and versions go, and the bucket too if we made it and it is empty.
 */
export const destroy: Action = {
  name: 'destroy',
  async run(run) {
    await using session = await openSession(run);
    const { bucket, known } = await findDeployment(session);
    if (!known) {
      await refuseToGuess(session);
      if (bucket) await sweep(session, bucket);
      return nothingToDo(session);
    }

    const { deployment, records } = known;
    await using turn = await takeTurn(session, deployment);
    await using shop = await openWorkshop(turn, deployment, records);
    const { removed } = await takeAway(shop);
    const bucketGone = await forget(turn, shop);
    run.report.output(
      'destroyed',
      {
        deployment: deployment.prefix,
        uuid: deployment.uuid,
        foundBesideState: removed,
        bucketDeleted: bucketGone,
      },
      [
        '',
        `${deployment.prefix} is gone: the inventory by its id ${deployment.uuid} is empty${bucketGone ? ', and its bucket is deleted' : ''}`,
      ],
    );
    return 0;
  },
};

/** No state and no record: what carries the prefix was left by a run whose state is lost, and is not guessed at. */
async function refuseToGuess({ run, http }: Session): Promise<void> {
  const { projectId, namePrefix } = run.options;
  const left = await inventory(http, projectId, { prefix: namePrefix });
  const [first] = left;
  if (first) {
    throw fail('RESOURCES_REMAIN', {
      resources: counted(left.length, 'resource'),
      deployment: namePrefix,
      list: `${left.map(({ type, name }) => `${type} ${name}`).join(', ')}, but no state of it`,
      command: nextCommand(run, 'cleanup', '--no-dry-run'),
    });
  }
}

/** A destroy that was killed during its last acts has left old versions of its records, or an empty bucket. */
async function sweep(session: Session, bucket: StateBucket): Promise<void> {
  const deployment = newDeployment(session.run.options, bucket);
  const first = { versions: true, maxResults: 1 };
  const [[ours], [any]] = await Promise.all([
    listObjects(session.http, bucket.name, { ...first, prefix: `${deployment.folder}/` }),
    listObjects(session.http, bucket.name, first),
  ]);
  const isEmptyForNothing = bucket.made && !any;
  if (!ours && !isEmptyForNothing) return;
  await using turn = await takeTurn(session, deployment);
  // Another run may have begun meanwhile, and then there is something to keep.
  if ((await findDeployment(turn)).known) return;
  await forget(turn, { ...turn, deployment, records: recordsOf(turn, deployment) });
}

function nothingToDo({ run }: Session): number {
  const { projectId, namePrefix } = run.options;
  run.report.output('destroyed', { deployment: namePrefix, found: 0 }, [
    '',
    `there is no deployment ${namePrefix} in project ${projectId}, and nothing carries its name: nothing to do`,
  ]);
  return 0;
}
