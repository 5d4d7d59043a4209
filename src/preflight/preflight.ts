import { isFault, untouched } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import type { Report } from '../core/report.ts';
import { googleFault } from '../google/google-fault.ts';
import { apis } from './apis.ts';
import { bucket } from './bucket.ts';
import type { Check, CheckContext } from './check.ts';
import { credentials } from './credentials.ts';
import { identity } from './identity.ts';
import { image } from './image.ts';
import { mounts } from './mounts.ts';
import { permissions } from './permissions.ts';
import { project } from './project.ts';
import { quota } from './quota.ts';
import { reservation } from './reservation.ts';
import { zone } from './zone.ts';

/**
 * Every check, in rounds: those of one round are asked side by side, and a round begins only when the one before has
 * passed, because without credentials every later answer would be about credentials. Permissions come before ENABLE_APIS
 * changes something.
 */
export const rounds: readonly (readonly Check[])[] = [
  [credentials],
  [project],
  [permissions, bucket, mounts],
  [apis],
  [zone, image, quota, reservation, identity],
];

/**
 * Asks every check that is not skipped. Throws the first fault, after all others of the same round were told too.
 * Nothing has been created when it throws.
 */
export async function preflight(context: CheckContext, report: Report): Promise<void> {
  await report.step('preflight checks', async (step) => {
    const total = rounds.flat().length;
    let asked = 0;
    for (const round of rounds) {
      const faults: Fault[] = [];
      await Promise.all(
        round
          .filter(({ name }) => !context.options.skipChecks.includes(name))
          .map(async (check) => {
            try {
              const given = await check.ask(context);
              const answer = typeof given === 'string' ? given : given.answer;
              if (typeof given !== 'string') report[given.level](given.text, given.data);
              asked += 1;
              step.progress(`${asked} of ${total}: ${check.name} (${answer})`, { check: check.name, answer });
            } catch (error) {
              const told = untouched(googleFault(error) ?? error);
              if (!isFault(told)) throw error;
              faults.push(told);
            }
          }),
      );
      const [first, ...others] = faults.sort((a, b) => a.exit - b.exit);
      for (const fault of others) report.fault(fault);
      if (first) throw first;
    }
  });
}
