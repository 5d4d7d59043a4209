import { fieldAt } from './field.ts';
import type { Field, Fields } from './field.ts';
import { sameLink } from './link.ts';
import type { Block, NestedBlock } from './schema.ts';
import { hasUnknown, isEmpty, isObject, sameValue, unknown } from './value.ts';
import type { ObjectValue, Value } from './value.ts';

/**
 * What the resource will be: the configuration, with defaults, with what only Google knows left unknown, and with the
 * prior value wherever the configuration means the same.
 */
export function planBlock(
  block: Block,
  fields: Fields,
  config: ObjectValue,
  prior: ObjectValue | null,
  path = '',
): ObjectValue {
  const planned: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const field = fieldAt(fields, path + name);
    const computed = attribute.computed === true;
    planned[name] = planAttribute(
      field,
      computed,
      config[name] ?? null,
      prior === null ? undefined : (prior[name] ?? null),
    );
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    planned[name] = planNested(
      nested,
      fields,
      config[name] ?? null,
      prior === null ? undefined : (prior[name] ?? null),
      path + name,
    );
  }
  return planned;
}

/** Where a new resource is needed: the paths of what changed and cannot change. */
export function replacedPaths(
  block: Block,
  fields: Fields,
  planned: ObjectValue,
  prior: ObjectValue,
  path = '',
): Path[] {
  const paths: Path[] = [];
  for (const name of Object.keys(block.attributes)) {
    const { replace } = fieldAt(fields, path + name);
    if (!replace || unchanged(planned[name], prior[name])) continue;
    if (replace === true || replace(planned[name] ?? null, prior[name] ?? null)) paths.push([name]);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    if (unchanged(planned[name], prior[name])) continue;
    const [now, before] = [planned[name], prior[name]];
    if (fieldAt(fields, path + name).replace) {
      paths.push([name]);
    } else if (Array.isArray(now) && Array.isArray(before) && nested.nesting_mode === 'list') {
      for (const [index, element] of now.entries()) {
        const old = before[index];
        if (!isObject(element) || !isObject(old)) continue;
        const inner = replacedPaths(nested.block, fields, element, old, `${path}${name}.`);
        paths.push(...inner.map((rest) => [name, index, ...rest]));
      }
    }
  }
  return paths;
}

/** Steps from the resource to an attribute: names, and indexes of list elements. */
export type Path = (string | number)[];

function planAttribute(field: Field, computed: boolean, configured: Value, prior: Value | undefined): Value {
  // As in the real provider's SDK, a list or map of which a part is unknown is not known at all.
  if (hasUnknown(configured)) return unknown;
  if (configured === null) {
    if (field.default !== undefined) return keepSame(field, field.default, prior);
    if (computed || field.computed) return prior === undefined ? unknown : prior;
    return keepSame(field, null, prior);
  }
  return keepSame(field, field.canonical ? field.canonical(configured) : configured, prior);
}

/** The prior value where it means the same: a link for a name, nothing for an empty text. */
function keepSame(field: Field, value: Value, prior: Value | undefined): Value {
  if (prior === undefined || prior === unknown) return value;
  if (isEmpty(value) && isEmpty(prior)) return prior;
  if (sameValue(value, prior) || field.same?.(value, prior)) return prior;
  if (field.ref !== undefined && sameLink(value, prior)) return prior;
  if (Array.isArray(value) && Array.isArray(prior)) return sameElements(field, value, prior) ? prior : value;
  return value;
}

function sameElements(field: Field, now: Value[], before: Value[]): boolean {
  const same = (a: Value, b: Value): boolean =>
    sameValue(a, b) || (field.ref !== undefined && sameLink(a, b)) || field.same?.(a, b) === true;
  return now.length === before.length && now.every((item) => before.some((old) => same(item, old)));
}

function planNested(
  nested: NestedBlock,
  fields: Fields,
  configured: Value,
  prior: Value | undefined,
  path: string,
): Value {
  if (configured === unknown) return unknown;
  if (nested.nesting_mode === 'single') return configured;
  const elements = Array.isArray(configured) ? configured : [];
  const before = Array.isArray(prior) ? prior : [];
  const field = fieldAt(fields, path);
  if (elements.length === 0 && field.computed) return prior === undefined ? unknown : before;
  const planned = elements.map((element, index) => {
    if (!isObject(element)) return element;
    const candidates = nested.nesting_mode === 'set' ? before : before.slice(index, index + 1);
    return planElement(nested, fields, element, candidates.filter(isObject), `${path}.`);
  });
  if (field.same && before.length > 0 && field.same(planned, before)) return before;
  const kept = nested.nesting_mode === 'set' && sameElements({}, planned, before);
  return kept ? before : planned;
}

/** An element of a set is planned upon the prior element that it equals, else as a new one. */
function planElement(
  nested: NestedBlock,
  fields: Fields,
  element: ObjectValue,
  candidates: ObjectValue[],
  path: string,
): ObjectValue {
  if (nested.nesting_mode === 'list') return planBlock(nested.block, fields, element, candidates[0] ?? null, path);
  for (const candidate of candidates) {
    const planned = planBlock(nested.block, fields, element, candidate, path);
    if (sameValue(planned, candidate)) return planned;
  }
  return planBlock(nested.block, fields, element, null, path);
}

/** Sets come in any order. */
function unchanged(now: Value = null, before: Value = null): boolean {
  if (Array.isArray(now) && Array.isArray(before))
    return sameElements({}, now, before) && sameElements({}, before, now);
  return (isEmpty(now) && isEmpty(before)) || sameValue(now, before);
}
