import { isRefusal } from './api-error.ts';
import type { Json } from './api.ts';
import { toBody } from './body.ts';
import { failed } from './failed.ts';
import { fillTemplate } from './link.ts';
import { settleLocation } from './location.ts';
import { LeftBehind } from './resource.ts';
import { requestFor } from './rest-spec.ts';
import { readAgain, scopeOf, waitFor } from './rest-type.ts';
import type { RestType } from './rest-type.ts';
import type { Session } from './session.ts';
import { settledObject } from './value.ts';
import type { ObjectValue } from './value.ts';

/** Makes a planned resource and answers its state. */
export async function createResource(type: RestType, wanted: ObjectValue, session: Session): Promise<ObjectValue> {
  const { spec } = type;
  const located = settleLocation(wanted, session.provider, spec.collection);
  const planned = spec.prepare ? await spec.prepare(located, session) : located;
  const accepted = await insert(type, planned, wanted, session);
  const known = { ...planned, ...spec.identify?.(accepted) };
  const made = { ...known, id: fillTemplate(spec.id, known) };
  try {
    await waitFor(type, session, accepted, planned, 'Creating', spec.activities?.Creating);
  } catch (error) {
    if (spec.resumes && session.api.stopped()) return settledObject({ ...made, [spec.resumes]: String(accepted.name) });
    if (spec.keepsFailed) throw new LeftBehind(settledObject(made), error);
    throw failed(spec.words?.waiting ?? `Error waiting to create ${spec.label}`, error);
  }
  try {
    await spec.settle?.(made, session, 'Creating');
    return await readAgain(type, made, session);
  } catch (error) {
    throw new LeftBehind(settledObject(made), error);
  }
}

/** `wanted` is the plan: of region and zone only what it says itself is in the body, the rest is in the path. */
async function insert(type: RestType, planned: ObjectValue, wanted: ObjectValue, session: Session): Promise<Json> {
  const { spec, block, fields } = type;
  const { region = null, zone = null } = wanted;
  const body = toBody(block, fields, { ...planned, region, zone }, { scope: scopeOf(planned, session) });
  const shaped = spec.shapeBody?.(body, planned) ?? body;
  try {
    return await session.api.call(requestFor(spec.service, 'POST', fillTemplate(spec.collection, planned), shaped));
  } catch (error) {
    if (isRefusal(error, 409) && spec.adopts?.(planned)) return {};
    throw failed(spec.words?.creating ?? `Error creating ${spec.label}`, error);
  }
}
