import { fieldAt, restPath } from './field.ts';
import type { Field, Fields } from './field.ts';
import type { Json } from './api.ts';
import { lastPart, pathOf } from './link.ts';
import type { Attribute, Block, Cty, NestedBlock } from './schema.ts';
import { isEmpty, isObject, sameValue, settled, unknown } from './value.ts';
import type { ObjectValue, Value } from './value.ts';

/** Which fields a body takes, and from what bare names in references are completed. */
export interface BodyOptions {
  /** Top-level names to send (default: all). */
  only?: ReadonlySet<string>;
  /** Send what is empty too, to take it away. */
  empties?: boolean;
  /** The resource's project, region and zone. */
  scope: ObjectValue;
}

/** The REST representation of a planned resource or block. */
export function toBody(block: Block, fields: Fields, values: ObjectValue, options: BodyOptions, path = ''): Json {
  const body: Json = {};
  const { only, empties = false, scope } = options;
  const skipped = (name: string): boolean => path === '' && (inPath.has(name) || only?.has(name) === false);
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const field = fieldAt(fields, path + name);
    const place = restPath(field, name);
    const value = values[name] ?? null;
    if (place === null || !isSent(attribute, field) || skipped(name)) continue;
    if (!empties && isEmpty(value) && !isSentEmpty(field, value)) continue;
    if (value !== unknown) setAt(body, place, sentValue(attribute.type, field, value, scope));
    else if (field.always) setAt(body, place, attribute.type === 'number' ? 0 : emptyOf(attribute.type));
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const field = fieldAt(fields, path + name);
    const place = restPath(field, name);
    const value = values[name];
    if (place === null || nested.nesting_mode === 'single' || !Array.isArray(value) || skipped(name)) continue;
    if (!empties && value.length === 0 && !field.always) continue;
    const items = value
      .filter(isObject)
      .map((item) => toBody(nested.block, fields, item, { scope }, `${path}${name}.`));
    setAt(body, place, isOne(nested) && !field.list ? (items[0] ?? null) : items);
  }
  return body;
}

/**
 * The state that a REST representation means. `known` is the plan or the state before: it says what the API does not, and
 * in which of two equal forms (null or empty) a value was written.
 */
export function fromBody(block: Block, fields: Fields, body: Json, known: ObjectValue | null, path = ''): ObjectValue {
  const state: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const field = fieldAt(fields, path + name);
    const place = restPath(field, name);
    const before = settled(known?.[name]);
    if (place === null || field.unread) state[name] = before;
    else state[name] = keepForm(readValue(attribute.type, field, getAt(body, place)), before, attribute.type);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const field = fieldAt(fields, path + name);
    const place = restPath(field, name);
    const before = settled(known?.[name]);
    if (nested.nesting_mode === 'single') state[name] = before;
    else if (place === null || field.unread) state[name] = before ?? [];
    else
      state[name] = readNested(nested, fields, place[0] === '' ? body : getAt(body, place), before, `${path}${name}.`);
  }
  return state;
}

// These say where a resource is, and stand in its path.
const inPath = new Set(['id', 'project']);

function isSent(attribute: Attribute, field: Field): boolean {
  return attribute.required === true || attribute.optional === true || field.sent === true;
}

// False, zero and '' say something where leaving them out would mean another default.
function isSentEmpty(field: Field, value: Value): boolean {
  return field.always === true || (field.default !== undefined && value !== null && value !== '');
}

function isOne(nested: NestedBlock): boolean {
  return nested.max_items === 1;
}

function sentValue(type: Cty, field: Field, value: Value, scope: ObjectValue): unknown {
  if (Array.isArray(value)) return value.map((item) => sentValue('dynamic', field, item, scope));
  if (isObject(value)) return value;
  if (value === null) return emptyOf(type);
  if (typeof value === 'string' && field.ref !== undefined && value !== '') return pathOf(value, field.ref, scope);
  if (field.text || typeof value === 'bigint') return String(value);
  return value;
}

function emptyOf(type: Cty): unknown {
  if (type === 'string') return '';
  if (type === 'bool') return false;
  if (Array.isArray(type)) return type[0] === 'map' ? {} : [];
  return null;
}

function readValue(type: Cty, field: Field, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (Array.isArray(type)) {
    if (type[0] === 'object') return readObject(type[1], value as Json);
    const inner = type[1];
    if (type[0] !== 'map') return asList(value).map((item) => readValue(inner, field, item));
    return Object.fromEntries(
      Object.entries(value as Json).map(([name, item]) => [name, readValue(inner, field, item)]),
    );
  }
  if (type === 'number') return readNumber(value);
  if (type === 'bool') return value === true || value === 'true';
  const text = String(value);
  return field.short ? lastPart(text) : text;
}

function readObject(members: Record<string, Cty>, value: Json): ObjectValue {
  return Object.fromEntries(
    Object.entries(members).map(([name, type]) => [name, readValue(type, {}, getAt(value, restPath({}, name) ?? []))]),
  );
}

function readNumber(value: unknown): Value {
  if (typeof value === 'number') return value;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? BigInt(String(value)) : number;
}

function readNested(nested: NestedBlock, fields: Fields, value: unknown, known: Value, path: string): Value {
  const before = Array.isArray(known) ? known : [];
  const items = (value === undefined || value === null ? [] : asList(value)) as Json[];
  const read = items.map((item, index) => {
    const old = nested.nesting_mode === 'list' || isOne(nested) ? before[index] : undefined;
    return fromBody(nested.block, fields, item, isObject(old) ? old : null, path);
  });
  if (nested.nesting_mode === 'list') return read;
  return read.map((item) => before.find((old) => isObject(old) && meansSame(item, old)) ?? item);
}

/** Equal but for the ways of writing nothing. */
function meansSame(item: ObjectValue, old: ObjectValue): boolean {
  return Object.entries(item).every(([name, value]) => {
    const known = old[name] ?? null;
    return (isEmpty(value) && isEmpty(known)) || sameValue(value, known);
  });
}

/** Objects of a list of objects that the API gives as one object are a list of one. */
function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function keepForm(value: Value, known: Value, type: Cty): Value {
  if (isEmpty(value) && isEmpty(known) && (known !== null || Array.isArray(type))) return known;
  if (isSet(type) && Array.isArray(value) && Array.isArray(known)) {
    const same = value.length === known.length && value.every((item) => known.some((old) => sameValue(item, old)));
    return same ? known : value;
  }
  return value;
}

function isSet(type: Cty): boolean {
  return Array.isArray(type) && type[0] === 'set';
}

/** The value at a place in a REST object. */
function getAt(body: Json, place: readonly string[]): unknown {
  let value: unknown = body;
  for (const name of place) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Json)[name];
  }
  return value;
}

/** Puts a value at a place in a REST object, making the objects on the way. */
function setAt(body: Json, place: readonly string[], value: unknown): void {
  let target = body;
  for (const name of place.slice(0, -1)) target = (target[name] ??= {}) as Json;
  target[place.at(-1) ?? ''] = value;
}
