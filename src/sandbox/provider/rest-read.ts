import { isRefusal } from './api-error.ts';
import { failed } from './failed.ts';
import { readAgain, waitFor } from './rest-type.ts';
import type { RestType } from './rest-type.ts';
import type { Session } from './session.ts';
import type { ObjectValue } from './value.ts';

/** The state as it is now; null when the resource is gone. */
export async function readResource(type: RestType, before: ObjectValue, session: Session): Promise<ObjectValue | null> {
  const { resumes, readLabel } = type.spec;
  const state = resumes ? await resumed(type, before, resumes, session) : before;
  if (!state) return null;
  try {
    return await readAgain(type, state, session);
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    const what = readLabel.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(state[name]));
    throw failed(`Error when reading or editing ${what}`, error);
  }
}

/** Waits for the operation that an interrupted creation left; answers null when that failed. */
async function resumed(
  type: RestType,
  state: ObjectValue,
  name: string,
  session: Session,
): Promise<ObjectValue | null> {
  const operation = state[name];
  if (typeof operation !== 'string' || operation === '') return state;
  try {
    await waitFor(type, session, { name: operation, zone: state.zone }, state, 'Creating');
  } catch {
    return null;
  }
  return { ...state, [name]: '' };
}
