import { flexStartMaxSeconds } from '../catalog/scheduling.ts';
import type { Capacity } from './resolve-capacity.ts';
import type { Findings } from './findings.ts';
import type { TableValues } from './table.ts';

// A container that is killed cannot clean up; its machines must not live on for ever.
const cleanupMaxSeconds = 12 * 3600;

/** Settles after how many seconds Google deletes the machines; `undefined` = never. */
export function resolveLifeTime(
  values: TableValues,
  model: Capacity['provisioningModel'],
  { complain, note }: Findings,
): number | undefined {
  const { maxRunSeconds, cleanupOnExit, exitWhenDone, wait, startupCommand, startupScriptPath } = values;
  if (exitWhenDone && !cleanupOnExit)
    complain('exitWhenDone', ['cleanupOnExit'], 'works with CLEANUP_ON_EXIT=yes only');
  if (exitWhenDone && !wait) complain('exitWhenDone', ['wait'], 'and WAIT=no exclude each other');
  if (exitWhenDone && startupCommand === undefined && startupScriptPath === undefined) {
    complain(
      'exitWhenDone',
      ['startupCommand', 'startupScriptPath'],
      'waits for the end of STARTUP_COMMAND or STARTUP_SCRIPT_PATH, and neither is given',
    );
  }
  if (model === 'flex-start' && maxRunSeconds !== undefined && maxRunSeconds > flexStartMaxSeconds) {
    complain('maxRunSeconds', ['provisioningModel'], 'flex-start machines run for 7d at most');
  }
  if (maxRunSeconds !== undefined) return maxRunSeconds;
  if (cleanupOnExit) {
    note(
      'MAX_RUN_DURATION is 12h, because CLEANUP_ON_EXIT=yes: Google deletes the machines then if the container cannot',
    );
    return cleanupMaxSeconds;
  }
  if (model === 'flex-start') {
    note('MAX_RUN_DURATION is 7d, the most that flex-start allows');
    return flexStartMaxSeconds;
  }
  return undefined;
}
