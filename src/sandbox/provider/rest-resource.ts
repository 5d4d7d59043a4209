import { isRefusal } from './api-error.ts';
import type { Json } from './api.ts';
import { fromBody, toBody } from './body.ts';
import { changedNames } from './changes.ts';
import { failed } from './failed.ts';
import { fieldAt } from './field.ts';
import type { Fields } from './field.ts';
import { importTemplates, parseImportId } from './import-id.ts';
import { planLabels, readLabels } from './label.ts';
import { fillTemplate } from './link.ts';
import { planLocation, settleLocation } from './location.ts';
import { waitForOperation } from './operation.ts';
import { LeftBehind } from './resource.ts';
import type { Resource } from './resource.ts';
import { requestFor } from './rest-spec.ts';
import type { RestSpec, UpdateStep } from './rest-spec.ts';
import { schemas } from './schemas.ts';
import type { Session } from './session.ts';
import { timeoutOf } from './timeout.ts';
import { isEmpty, settledObject, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

const timeouts = { Creating: 'create', Updating: 'update', Deleting: 'delete' } as const;
type Verb = keyof typeof timeouts;

/** Makes a resource type of its data. */
export function restResource(spec: RestSpec): Resource {
  const { type, label, service, words = {} } = spec;
  const { block } = schemas.resource(type);
  const fields = fieldsOf(spec);
  const labelled = 'effective_labels' in block.attributes;

  function self(values: ObjectValue): string {
    return fillTemplate(typeof spec.self === 'string' ? spec.self : spec.self(values), values);
  }

  function wait(session: Session, answer: Json, values: ObjectValue, verb: Verb, activity?: string): Promise<Json> {
    const { operation: kind, minutes = 20 } = spec;
    if (!kind) return Promise.resolve(answer);
    return waitForOperation(answer, {
      api: session.api,
      kind,
      service,
      project: String(values.project),
      activity: activity ?? `${verb} ${label}`,
      minutes: timeoutOf(values, timeouts[verb], minutes),
    });
  }

  function toState(answer: Json, known: ObjectValue): ObjectValue {
    const state = fromBody(block, fields, spec.shapeAnswer?.(answer, known) ?? answer, known);
    for (const name of ['id', 'project', 'region', 'zone']) {
      const before = known[name];
      if (name in block.attributes && isEmpty(state[name])) state[name] = typeof before === 'string' ? before : null;
    }
    if (typeof known.id === 'string') state.id = known.id;
    return labelled ? readLabels(state, known) : state;
  }

  async function readAgain(known: ObjectValue, session: Session): Promise<ObjectValue> {
    const answer = await session.api.call(requestFor(service, 'GET', self(known)));
    return toState(spec.lookUp ? await spec.lookUp(answer, session) : answer, known);
  }

  /** Waits for the operation that an interrupted creation left; answers null when that failed. */
  async function resumed(state: ObjectValue, name: string, session: Session): Promise<ObjectValue | null> {
    const operation = state[name];
    if (typeof operation !== 'string' || operation === '') return state;
    try {
      await wait(session, { name: operation, zone: state.zone }, state, 'Creating');
    } catch {
      return null;
    }
    return { ...state, [name]: '' };
  }

  /** `wanted` is the plan: of region and zone only what it says itself is in the body, the rest is in the path. */
  async function insert(planned: ObjectValue, wanted: ObjectValue, session: Session): Promise<Json> {
    const { region = null, zone = null } = wanted;
    const body = toBody(block, fields, { ...planned, region, zone }, { scope: scopeOf(planned, session) });
    const path = fillTemplate(spec.collection, planned);
    try {
      return await session.api.call(requestFor(service, 'POST', path, spec.shapeBody?.(body, planned) ?? body));
    } catch (error) {
      if (isRefusal(error, 409) && spec.adopts?.(planned)) return {};
      throw failed(words.creating ?? `Error creating ${label}`, error);
    }
  }

  async function change(step: UpdateStep, planned: ObjectValue, prior: ObjectValue, session: Session): Promise<void> {
    const changed = changedNames(planned, prior);
    if (!step.when.some((name) => changed.has(name))) return;
    const only = new Set(step.sendFilled ?? step.send ?? step.when.filter((name) => changed.has(name)));
    const options = { only, empties: !step.sendFilled, scope: scopeOf(planned, session) };
    const changes = toBody(block, fields, planned, options);
    if (step.fingerprint) {
      const current = await session.api.call(requestFor(service, 'GET', self(prior)));
      changes[step.fingerprint] = current[step.fingerprint];
    }
    const body = step.shapeBody ? step.shapeBody(changes, planned, prior) : changes;
    const tail = typeof step.path === 'function' ? step.path(planned) : (step.path ?? '');
    const path = tail.startsWith('/compute/') ? fillTemplate(tail, prior) : self(prior) + tail;
    const request = requestFor(service, step.method, path, body);
    let answer: Json;
    try {
      answer = await session.api.call({ ...request, query: { ...request.query, ...step.query?.(planned, changed) } });
    } catch (error) {
      const what = step.label === undefined ? `${label} "${String(prior.id)}"` : step.label;
      throw failed(words.updating ?? `Error updating ${what}`, error);
    }
    await wait(session, answer, planned, 'Updating', step.label && `Updating ${step.label}`);
  }

  return {
    type,
    fields,
    ...(spec.validate ? { validate: spec.validate } : {}),
    plan(planned, of) {
      const located = planLocation(planned, of, spec.located ?? ['project']);
      const marked = labelled ? planLabels(located, of) : located;
      return spec.plan ? spec.plan(marked, of) : marked;
    },

    async create(wanted, session) {
      const located = settleLocation(wanted, session.provider, spec.collection);
      const planned = spec.prepare ? await spec.prepare(located, session) : located;
      const accepted = await insert(planned, wanted, session);
      const known = { ...planned, ...spec.identify?.(accepted) };
      const made = { ...known, id: fillTemplate(spec.id, known) };
      try {
        await wait(session, accepted, planned, 'Creating', spec.activities?.Creating);
      } catch (error) {
        if (spec.resumes && session.api.stopped()) {
          return settledObject({ ...made, [spec.resumes]: String(accepted.name) });
        }
        if (spec.keepsFailed) throw new LeftBehind((error as Error).message, settledObject(made), error);
        throw failed(words.waiting ?? `Error waiting to create ${label}`, error);
      }
      try {
        await spec.settle?.(made, session, 'Creating');
        return await readAgain(made, session);
      } catch (error) {
        throw new LeftBehind((error as Error).message, settledObject(made), error);
      }
    },

    async read(before, session) {
      const state = spec.resumes ? await resumed(before, spec.resumes, session) : before;
      if (!state) return null;
      try {
        return await readAgain(state, session);
      } catch (error) {
        if (isRefusal(error, 404)) return null;
        const what = spec.readLabel.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(state[name]));
        throw failed(`Error when reading or editing ${what}`, error);
      }
    },

    async update(planned, prior, session) {
      refuseUnknownChange(spec, planned, prior);
      for (const step of spec.updates ?? []) await change(step, planned, prior, session);
      const known: ObjectValue = { ...planned, id: prior.id ?? null };
      await spec.settle?.(known, session, 'Updating');
      return readAgain(known, session);
    },

    async delete(state, session) {
      await spec.beforeDelete?.(state, session);
      const path = spec.doomed === undefined ? self(state) : fillTemplate(spec.doomed, state);
      let answer: Json | undefined;
      for (let retries = spec.deleteRetries ?? 0; answer === undefined; retries -= 1) {
        try {
          answer = await session.api.call(requestFor(service, 'DELETE', path));
        } catch (error) {
          if (isRefusal(error, 404) && spec.deleteRetries === undefined) return;
          if (retries <= 0) throw failed(words.deleting ?? `Error when reading or editing ${label}`, error);
          await session.api.pause(100);
        }
      }
      await wait(session, answer, state, 'Deleting', spec.activities?.Deleting);
    },

    importState(id, session) {
      const found = parseImportId(id, spec.importIds ?? importTemplates(spec.id), session.provider);
      return { ...localDefaults(type, fields), ...found, id: fillTemplate(spec.id, found) };
    },
  };
}

/** What bare names in references are completed with: the resource's own place, else the provider's. */
function scopeOf(planned: ObjectValue, { provider }: Session): ObjectValue {
  const { project, region, zone } = provider;
  const own = Object.entries(planned).filter(([, value]) => typeof value === 'string' && value !== '');
  return { project, region, zone, ...Object.fromEntries(own) };
}

/**
 * The table of the type, completed: where nothing but a few attributes can be changed in place, and where labels travel as
 * `effective_labels` alone.
 */
function fieldsOf({ type, fields, replaceAllBut }: RestSpec): Fields {
  const { attributes, block_types: blocks = {} } = schemas.resource(type).block;
  const labels: Fields =
    'effective_labels' in attributes ? { labels: { rest: null }, terraform_labels: { rest: null } } : {};
  if (!replaceAllBut) return { ...fields, ...labels };
  const names = [...Object.keys(attributes), ...Object.keys(blocks)].filter((name) => !replaceAllBut.includes(name));
  const replaced = names.map((name) => [name, { ...fieldAt(fields, name), replace: true }]);
  return { ...fields, ...Object.fromEntries(replaced), ...labels };
}

/** What the state says of attributes that only the configuration knows, after an import. */
function localDefaults(type: string, fields: Fields): ObjectValue {
  const names = Object.keys(schemas.resource(type).block.attributes);
  return Object.fromEntries(
    names.flatMap((name) => {
      const field = fieldAt(fields, name);
      return field.rest === null && field.default !== undefined ? [[name, field.default]] : [];
    }),
  );
}

// A change that no request carries would be lost without a word.
function refuseUnknownChange(
  { type, fields, updates = [], replaceAllBut }: RestSpec,
  planned: ObjectValue,
  prior: ObjectValue,
): void {
  if (replaceAllBut) return;
  const { block } = schemas.resource(type);
  const carried = new Set(updates.flatMap((step) => [...step.when, ...(step.send ?? [])]));
  for (const name of changedNames(planned, prior)) {
    const attribute = block.attributes[name];
    const settable = attribute ? attribute.required || attribute.optional : block.block_types?.[name];
    const { rest, unread } = fieldAt(fields, name);
    const local = rest === null || unread || ['labels', 'timeouts'].includes(name);
    if (!settable || local || carried.has(name) || planned[name] === unknown) continue;
    if (isEmpty(planned[name]) && isEmpty(prior[name])) continue;
    throw new Error(`the embedded provider does not model a change of ${name} of ${type}`);
  }
}
