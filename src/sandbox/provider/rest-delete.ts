import { isRefusal } from './api-error.ts';
import type { Json } from './api.ts';
import { failed } from './failed.ts';
import { fillTemplate } from './link.ts';
import { requestFor } from './rest-spec.ts';
import { selfPath, waitFor } from './rest-type.ts';
import type { RestType } from './rest-type.ts';
import type { Session } from './session.ts';
import type { ObjectValue } from './value.ts';

// The real provider sends a refused request again every 2 s.
const pauseBetweenRetries = 100;

/** Takes a resource away; one that is gone already is none of our business. */
export async function deleteResource(type: RestType, state: ObjectValue, session: Session): Promise<void> {
  const { spec } = type;
  await spec.beforeDelete?.(state, session);
  const path = spec.doomed === undefined ? selfPath(type, state) : fillTemplate(spec.doomed, state);
  let answer: Json | undefined;
  for (let retries = spec.deleteRetries ?? 0; answer === undefined; retries -= 1) {
    try {
      answer = await session.api.call(requestFor(spec.service, 'DELETE', path));
    } catch (error) {
      if (isRefusal(error, 404) && spec.deleteRetries === undefined) return;
      if (retries <= 0) throw failed(spec.words?.deleting ?? `Error when reading or editing ${spec.label}`, error);
      await session.api.pause(pauseBetweenRetries);
    }
  }
  await waitFor(type, session, answer, state, 'Deleting', spec.activities?.Deleting);
}
