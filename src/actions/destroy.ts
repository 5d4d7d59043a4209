import { counted } from '../core/count.ts';
import { inventory } from '../deployment/inventory.ts';
import { fail } from '../core/faults.ts';
import type { Action } from './action.ts';
import { findDeployment } from './find-deployment.ts';
import { forget } from './forget.ts';
import { nextCommand } from './next-command.ts';
import { openSession } from './session.ts';
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
    const { known } = await findDeployment(session);
    if (!known) return await nothingKnown(session);

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
async function nothingKnown({ run, http }: Session): Promise<number> {
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
  run.report.output('destroyed', { deployment: namePrefix, found: 0 }, [
    '',
    `there is no deployment ${namePrefix} in project ${projectId}, and nothing carries its name: nothing to do`,
  ]);
  return 0;
}
