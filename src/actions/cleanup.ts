import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { table } from '../core/table.ts';
import type { StepReport } from '../core/report.ts';
import { inventory } from '../deployment/inventory.ts';
import type { Found } from '../deployment/inventory.ts';
import type { Action } from './action.ts';
import { nextCommand } from './next-command.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

/**
 * Cleanup: for a deployment whose state is lost. Finds what carries its prefix and uuid, without any state; lists first,
 * and deletes only with --no-dry-run. Throws RESOURCES_REMAIN when something stays.
 */
export const cleanup: Action = {
  name: 'cleanup',
  async run(run) {
    await using session = await openSession(run);
    const { projectId, namePrefix, noDryRun } = run.options;
    const wanted = { prefix: namePrefix };
    const found = await inventory(session.http, projectId, wanted);
    const rows = found.map(({ type, name, uuid }) => [type, name, uuid]);
    const data = {
      project: projectId,
      deployment: namePrefix,
      resources: found.map(({ type, name, uuid }) => ({ type, name, uuid })),
    };
    if (found.length === 0) {
      run.report.output('cleanup', data, [`nothing in project ${projectId} carries the mark of ${namePrefix}`]);
      return 0;
    }
    run.report.output('cleanup', data, table([['TYPE', 'NAME', 'ID'], ...rows], run.width));
    if (!noDryRun) {
      run.report.output('next', {}, [
        '',
        `nothing was deleted; to delete these: ${nextCommand(run, 'cleanup', '--no-dry-run')}`,
      ]);
      return 0;
    }
    const left = await run.report.step(`delete ${counted(found.length, 'resource')}`, (step) =>
      remove(session, found, step),
    );
    if (left.length > 0) {
      throw fail('RESOURCES_REMAIN', {
        resources: counted(left.length, 'resource'),
        deployment: namePrefix,
        list: left.map(({ type, name }) => `${type} ${name}`).join(', '),
        command: nextCommand(run, 'cleanup', '--no-dry-run'),
      });
    }
    run.report.output('cleaned', { removed: found.length }, [
      '',
      `${counted(found.length, 'resource')} deleted; nothing carries the mark of ${namePrefix} any more`,
    ]);
    return 0;
  },
};

/** Deletes what was found, again and again for as long as that helps; answers what is left. */
async function remove({ run, http }: Session, found: readonly Found[], step: StepReport): Promise<readonly Found[]> {
  const wanted = { prefix: run.options.namePrefix };
  for (let doomed = found; ;) {
    // In order: a network goes after whatever is in it, and some time after that.
    for (const one of doomed) {
      run.stop.throwIfAborted();
      step.progress(`${one.type} ${one.name}`);
      try {
        await one.remove(run.stop);
      } catch (error) {
        run.report.warn('could not be removed', { detail: `${one.type} ${one.name}: ${String(error)}` });
      }
    }
    const left = await inventory(http, run.options.projectId, wanted);
    if (left.length === 0 || left.length >= doomed.length) return left;
    doomed = left;
  }
}
