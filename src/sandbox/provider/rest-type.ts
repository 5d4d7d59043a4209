import type { Json } from './api.ts';
import { fromBody } from './body.ts';
import { fieldAt } from './field.ts';
import type { Fields } from './field.ts';
import { readLabels } from './label.ts';
import { fillTemplate } from './link.ts';
import { waitForOperation } from './operation.ts';
import { requestFor } from './rest-spec.ts';
import type { RestSpec } from './rest-spec.ts';
import type { Block } from './schema.ts';
import { schemas } from './schemas.ts';
import type { Session } from './session.ts';
import { timeoutOf } from './timeout.ts';
import { isEmpty } from './value.ts';
import type { ObjectValue } from './value.ts';

/** A resource type with everything that follows from its data. */
export interface RestType {
  spec: RestSpec;
  block: Block;
  fields: Fields;
  /** It has labels, which travel as `effective_labels`. */
  labelled: boolean;
}

/** Completes a resource type's data by its schema. */
export function restType(spec: RestSpec): RestType {
  const { block } = schemas.resource(spec.type);
  const labelled = 'effective_labels' in block.attributes;
  return { spec, block, fields: fieldsOf(spec, block, labelled), labelled };
}

/** The path of a resource of the type. */
export function selfPath({ spec }: RestType, values: ObjectValue): string {
  return fillTemplate(typeof spec.self === 'string' ? spec.self : spec.self(values), values);
}

const timeouts = { Creating: 'create', Updating: 'update', Deleting: 'delete' } as const;

/** Waits for what an answer began; types without operations have it already. */
export async function waitFor(
  { spec }: RestType,
  session: Session,
  answer: Json,
  values: ObjectValue,
  verb: keyof typeof timeouts,
  activity = `${verb} ${spec.label}`,
): Promise<void> {
  const { operation: kind, service, minutes = 20 } = spec;
  if (!kind) return;
  await waitForOperation(answer, {
    api: session.api,
    kind,
    service,
    project: String(values.project),
    activity,
    minutes: timeoutOf(values, timeouts[verb], minutes),
  });
}

/** The state as Google has it now. `known` (a plan or the state before) says where it is and what Google does not tell. */
export async function readAgain(type: RestType, known: ObjectValue, session: Session): Promise<ObjectValue> {
  const { spec, block, fields, labelled } = type;
  const answer = await session.api.call(requestFor(spec.service, 'GET', selfPath(type, known)));
  const whole = spec.lookUp ? await spec.lookUp(answer, session) : answer;
  const state = fromBody(block, fields, spec.shapeAnswer?.(whole, known) ?? whole, known);
  for (const name of ['id', 'project', 'region', 'zone']) {
    const before = known[name];
    if (name in block.attributes && isEmpty(state[name])) state[name] = typeof before === 'string' ? before : null;
  }
  if (typeof known.id === 'string') state.id = known.id;
  return labelled ? readLabels(state, known) : state;
}

/** What bare names in references are completed with: the resource's own place, else the provider's. */
export function scopeOf(planned: ObjectValue, { provider }: Session): ObjectValue {
  const { project, region, zone } = provider;
  const own = Object.entries(planned).filter(([, value]) => typeof value === 'string' && value !== '');
  return { project, region, zone, ...Object.fromEntries(own) };
}

/** The table, completed: where nothing but a few attributes can be changed in place, and where there are labels. */
function fieldsOf({ fields, replaceAllBut }: RestSpec, block: Block, labelled: boolean): Fields {
  const labels: Fields = labelled ? { labels: { rest: null }, terraform_labels: { rest: null } } : {};
  if (!replaceAllBut) return { ...fields, ...labels };
  const all = [...Object.keys(block.attributes), ...Object.keys(block.block_types ?? {})];
  const names = all.filter((name) => !replaceAllBut.includes(name));
  const replaced = names.map((name) => [name, { ...fieldAt(fields, name), replace: true }]);
  return { ...fields, ...Object.fromEntries(replaced), ...labels };
}
