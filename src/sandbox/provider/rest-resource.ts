import type { Service } from '../../google/endpoints.ts';
import { isRefusal } from './api-error.ts';
import type { ApiCall, Json } from './api.ts';
import { fromBody, toBody } from './body.ts';
import type { Fields } from './field.ts';
import { idOf, importTemplates, parseImportId } from './import-id.ts';
import { planLabels, readLabels } from './label.ts';
import { fillTemplate } from './link.ts';
import { waitForOperation } from './operation.ts';
import type { OperationKind } from './operation.ts';
import { LeftBehind } from './resource.ts';
import type { Change, Problem, Resource } from './resource.ts';
import { schemas } from './schemas.ts';
import type { Session } from './session.ts';
import { isEmpty, sameValue, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

/** One request that brings changed attributes to Google. */
export interface UpdateStep {
  /** It is sent when one of these has changed. */
  when: readonly string[];
  method: 'PATCH' | 'POST' | 'PUT';
  /** Behind the resource's own path: `/setLabels`. */
  path?: string;
  query?: (planned: ObjectValue, changed: ReadonlySet<string>) => Record<string, string>;
  /** Names to send (default: those of `when` that have changed). */
  send?: readonly string[];
  /** The name of the fingerprint that must come along; it is read just before. */
  fingerprint?: string;
  /** Shapes the body. */
  shapeBody?: (body: Json, planned: ObjectValue) => Json;
}

/** A resource type as data: where it lives, how it reads, which changes are possible. Paths begin with the API's version. */
export interface RestSpec {
  type: string;
  /** What it is called in the real provider's errors: `Network`. */
  label: string;
  /** The same where it could not be read: `ComputeNetwork`. */
  readLabel: string;
  service: Service;
  /** Path to POST to; may have a query. */
  collection: string;
  /** Path of the resource itself. */
  self: string;
  /** The `id` attribute (default: `self` without the version). */
  id?: string;
  operation?: OperationKind;
  /** Timeouts of create, update and delete (default 20 minutes). */
  minutes?: number;
  /** Forms of the id to import (default: the path, then shorter and shorter ones). */
  importIds?: readonly string[];
  fields: Fields;
  updates?: readonly UpdateStep[];
  validate?: (config: ObjectValue) => Problem[];
  plan?: (planned: ObjectValue, change: Change) => ObjectValue;
  /** Shapes the body of the create request. */
  shapeBody?: (body: Json, planned: ObjectValue) => Json;
  /** Shapes what Google answers before it is read. */
  shapeAnswer?: (body: Json, known: ObjectValue) => Json;
  /** Runs after the create request is done. */
  created?: (planned: ObjectValue, session: Session) => Promise<void>;
  /** Attributes that an answer of the create request tells (generated names and ids). */
  identify?: (answer: Json, planned: ObjectValue) => ObjectValue;
  /** Runs before the delete request. */
  beforeDelete?: (state: ObjectValue, session: Session) => Promise<void>;
}

/** Makes a resource type of its data. */
export function restResource(spec: RestSpec): Resource {
  const { type, label, fields } = spec;
  const { block } = schemas.resource(type);
  const idTemplate = spec.id ?? spec.self.replace(/^\/(compute\/|storage\/)?v1\//, '');
  const labelled = 'effective_labels' in block.attributes;

  function call(method: ApiCall['method'], template: string, values: ObjectValue, body?: unknown): ApiCall {
    const [path = '', query] = fillTemplate(template, values).split('?');
    return {
      method,
      service: spec.service,
      path,
      ...(query === undefined ? {} : { query: Object.fromEntries(new URLSearchParams(query)) }),
      ...(body === undefined ? {} : { body }),
    };
  }

  async function wait(session: Session, answer: Json, values: ObjectValue, verb: string): Promise<Json> {
    const { operation: kind } = spec;
    if (!kind) return answer;
    return waitForOperation(answer, {
      api: session.api,
      kind,
      service: spec.service,
      project: String(values.project),
      activity: `${verb} ${label}`,
      minutes: minutesOf(values, verb, spec.minutes ?? 20),
    });
  }

  function toState(answer: Json, known: ObjectValue): ObjectValue {
    const state = fromBody(block, fields, spec.shapeAnswer?.(answer, known) ?? answer, known);
    for (const name of ['project', 'region', 'zone']) {
      if (name in block.attributes) state[name] = isEmpty(state[name]) ? plainText(known[name]) : (state[name] ?? null);
    }
    if ('id' in block.attributes) state.id = known.id === undefined || known.id === unknown ? null : known.id;
    return labelled ? readLabels(state, known) : state;
  }

  async function readAgain(known: ObjectValue, session: Session): Promise<ObjectValue> {
    return toState(await session.api.call(call('GET', spec.self, known)), known);
  }

  return {
    type,
    fields,
    ...(spec.validate ? { validate: spec.validate } : {}),
    plan(planned, change) {
      const located = fillLocation(planned, change);
      const marked = labelled ? planLabels(located, change) : located;
      return spec.plan ? spec.plan(marked, change) : marked;
    },

    async create(planned, session) {
      const body = toBody(block, fields, planned, { scope: planned });
      let answer: Json;
      try {
        answer = await session.api.call(
          call('POST', spec.collection, planned, spec.shapeBody?.(body, planned) ?? body),
        );
      } catch (error) {
        throw failed(`Error creating ${label}`, error);
      }
      try {
        answer = await wait(session, answer, planned, 'Creating');
      } catch (error) {
        throw failed(`Error waiting to create ${label}`, error);
      }
      const known = { ...planned, ...spec.identify?.(answer, planned) };
      const made = { ...known, id: idOf(idTemplate, known) };
      try {
        await spec.created?.(made, session);
        return await readAgain(made, session);
      } catch (error) {
        throw new LeftBehind((error as Error).message, toState({}, made), error);
      }
    },

    async read(state, session) {
      try {
        return await readAgain(state, session);
      } catch (error) {
        if (isRefusal(error, 404)) return null;
        throw failed(`Error when reading or editing ${spec.readLabel} "${String(state.id)}"`, error);
      }
    },

    async update(planned, prior, session) {
      const changed = changedNames(planned, prior);
      for (const step of spec.updates ?? []) {
        if (!step.when.some((name) => changed.has(name))) continue;
        const send = new Set(step.send ?? step.when.filter((name) => changed.has(name)));
        const changes = toBody(block, fields, planned, { only: send, scope: planned });
        const body = step.shapeBody?.(changes, planned) ?? changes;
        if (step.fingerprint) {
          const current = await session.api.call(call('GET', spec.self, prior));
          body[step.fingerprint] = current[step.fingerprint];
        }
        try {
          const request = call(step.method, spec.self + (step.path ?? ''), prior, body);
          const answer = await session.api.call({
            ...request,
            query: { ...request.query, ...step.query?.(planned, changed) },
          });
          await wait(session, answer, planned, 'Updating');
        } catch (error) {
          throw failed(`Error updating ${label} "${String(prior.id)}"`, error);
        }
      }
      return readAgain({ ...planned, id: prior.id ?? null }, session);
    },

    async delete(state, session) {
      await spec.beforeDelete?.(state, session);
      let answer: Json;
      try {
        answer = await session.api.call(call('DELETE', spec.self, state));
      } catch (error) {
        if (isRefusal(error, 404)) return;
        throw failed(`Error when reading or editing ${label}`, error);
      }
      await wait(session, answer, state, 'Deleting');
    },

    importState(id, provider) {
      const found = parseImportId(id, spec.importIds ?? importTemplates(idTemplate), provider);
      return { ...found, id: idOf(idTemplate, found) };
    },
  };
}

/** The names of the attributes and blocks that differ. */
export function changedNames(planned: ObjectValue, prior: ObjectValue): Set<string> {
  return new Set(Object.keys(planned).filter((name) => !sameValue(planned[name] ?? null, prior[name] ?? null)));
}

/** Puts what failed in front of Google's reason. */
export function failed(what: string, error: unknown): Error {
  return new Error(`${what}: ${(error as Error).message}`, { cause: error });
}

/** Project, region and zone come from the provider's configuration where the resource does not say. */
function fillLocation(planned: ObjectValue, { config, provider }: Change): ObjectValue {
  const located = { ...planned };
  for (const name of ['project', 'region', 'zone'] as const) {
    if (located[name] === unknown && config[name] === null && provider[name] !== '') located[name] = provider[name];
  }
  if (located.project === unknown && config.project === null) throw new Error('project: required field is not set');
  return located;
}

function plainText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The time a `timeouts` block gives (`30m`, `1h`), else the type's own. */
function minutesOf(values: ObjectValue, verb: string, normal: number): number {
  const { timeouts } = values;
  const name = { Creating: 'create', Updating: 'update', Deleting: 'delete' }[verb] ?? '';
  const text =
    typeof timeouts === 'object' && timeouts !== null && !Array.isArray(timeouts) ? timeouts[name] : undefined;
  if (typeof text !== 'string') return normal;
  const parts = [...text.matchAll(/([\d.]+)(h|m|s)/g)];
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * { h: 60, m: 1, s: 1 / 60 }[unit as 'h' | 'm' | 's'],
    0,
  );
}
