import type { Json } from './api.ts';
import { toBody } from './body.ts';
import { changedNames } from './changes.ts';
import { failed } from './failed.ts';
import { fieldAt } from './field.ts';
import { fillTemplate } from './link.ts';
import { requestFor } from './rest-spec.ts';
import type { UpdateStep } from './rest-spec.ts';
import { readAgain, scopeOf, selfPath, waitFor } from './rest-type.ts';
import type { RestType } from './rest-type.ts';
import type { Session } from './session.ts';
import { isEmpty, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

/** Brings what has changed to Google, request by request, and answers the state. */
export async function updateResource(
  type: RestType,
  planned: ObjectValue,
  prior: ObjectValue,
  session: Session,
): Promise<ObjectValue> {
  const { updates = [], settle } = type.spec;
  const changed = changedNames(planned, prior);
  refuseUncarried(type, changed, planned, prior);
  for (const step of updates) {
    if (step.when.some((name) => changed.has(name))) await send(type, step, changed, planned, prior, session);
  }
  const known: ObjectValue = { ...planned, id: prior.id ?? null };
  await settle?.(known, session, 'Updating');
  return readAgain(type, known, session);
}

async function send(
  type: RestType,
  step: UpdateStep,
  changed: ReadonlySet<string>,
  planned: ObjectValue,
  prior: ObjectValue,
  session: Session,
): Promise<void> {
  const { service, label, words } = type.spec;
  const body = await bodyOf(type, step, changed, planned, prior, session);
  const tail = typeof step.path === 'function' ? step.path(planned) : (step.path ?? '');
  const path = tail.startsWith('/compute/') ? fillTemplate(tail, prior) : selfPath(type, prior) + tail;
  const request = requestFor(service, step.method, path, body);
  const query = { ...request.query, ...step.query?.(planned, changed) };
  let answer: Json;
  try {
    answer = await session.api.call({ ...request, query });
  } catch (error) {
    const what = step.label === undefined ? `${label} "${String(prior.id)}"` : step.label;
    throw failed(words?.updating ?? `Error updating ${what}`, error);
  }
  await waitFor(type, session, answer, planned, 'Updating', `Updating ${step.label ?? label}`);
}

async function bodyOf(
  type: RestType,
  step: UpdateStep,
  changed: ReadonlySet<string>,
  planned: ObjectValue,
  prior: ObjectValue,
  session: Session,
): Promise<Json | undefined> {
  const only = new Set(step.sendFilled ?? step.send ?? step.when.filter((name) => changed.has(name)));
  const options = { only, empties: !step.sendFilled, scope: scopeOf(planned, session) };
  const body = toBody(type.block, type.fields, planned, options);
  if (step.fingerprint) {
    const current = await session.api.call(requestFor(type.spec.service, 'GET', selfPath(type, prior)));
    body[step.fingerprint] = current[step.fingerprint];
  }
  return step.shapeBody ? step.shapeBody(body, planned, prior) : body;
}

// A change that no request carries would be lost without a word.
function refuseUncarried(
  { spec, block, fields }: RestType,
  changed: ReadonlySet<string>,
  planned: ObjectValue,
  prior: ObjectValue,
): void {
  if (spec.replaceAllBut) return;
  const carried = new Set(spec.updates?.flatMap((step) => [...step.when, ...(step.send ?? [])]));
  for (const name of changed) {
    const attribute = block.attributes[name];
    const settable = attribute ? attribute.required || attribute.optional : block.block_types?.[name];
    const { rest, unread } = fieldAt(fields, name);
    if (!settable || rest === null || unread || name === 'timeouts' || carried.has(name)) continue;
    if (planned[name] === unknown || (isEmpty(planned[name]) && isEmpty(prior[name]))) continue;
    throw new Error(`the embedded provider does not model a change of ${name} of ${spec.type}`);
  }
}
