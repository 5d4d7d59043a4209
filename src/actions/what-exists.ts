import { counted } from '../core/count.ts';
import { Fault, isFault } from '../core/faults.ts';
import { inventory } from '../deployment/inventory.ts';
import type { Workshop } from './workshop.ts';

// As many are named; the others are counted.
const mostNames = 8;

/**
 * The same fault, saying what of the deployment exists at Google now where it says nothing of it; any other error as it is.
 * A run that is being stopped has no time for that: the next one looks.
 */
export async function sayWhatExists({ run, http, deployment }: Workshop, error: unknown): Promise<unknown> {
  if (!isFault(error) || error.context.exists !== undefined || run.stop.aborted) return error;
  try {
    const found = await inventory(http, deployment.project, { uuid: deployment.uuid });
    const names = found.slice(0, mostNames).map(({ type, name }) => `${type} ${name}`);
    const more = found.length > mostNames ? ` and ${found.length - mostNames} more` : '';
    const exists = found.length === 0 ? 'nothing' : `${counted(found.length, 'resource')}: ${names.join(', ')}${more}`;
    return withContext(error, { exists });
  } catch (trouble) {
    const why = trouble instanceof Error ? trouble.message : String(trouble);
    return withContext(error, { exists: `not known: Google could not be asked (${why})` });
  }
}

/** The same fault once everything that was begun is gone again. */
export function takenAway(error: unknown): unknown {
  if (!isFault(error)) return error;
  return withContext(error, { exists: 'nothing', done: 'what was begun was taken away again' });
}

function withContext({ code, message, fix, context }: Fault, more: { exists: string; done?: string }): Fault {
  return new Fault(code, message, fix, { ...context, ...more });
}
