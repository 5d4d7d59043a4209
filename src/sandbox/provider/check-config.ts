import { fieldAt } from './field.ts';
import type { Fields } from './field.ts';
import type { Problem, Resource } from './resource.ts';
import type { Block } from './schema.ts';
import { schemas } from './schemas.ts';
import { isObject, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

/** Everything that is wrong with a configuration before any request: its values one by one, then together. */
export function checkConfig(resource: Resource, config: ObjectValue): Problem[] {
  const { block } = schemas.resource(resource.type);
  const problems: Problem[] = [];
  checkBlock(block, resource.fields, config, '', '', (text, attribute) => problems.push({ summary: text, attribute }));
  return [...problems, ...(resource.validate?.(config) ?? [])];
}

function checkBlock(
  block: Block,
  fields: Fields,
  config: ObjectValue,
  path: string,
  key: string,
  report: (text: string, attribute: string) => void,
): void {
  for (const name of Object.keys(block.attributes)) {
    const value = config[name] ?? null;
    if (value === null || value === unknown) continue;
    const wrong = fieldAt(fields, path + name).check?.(value, key + name);
    if (wrong !== undefined) report(wrong, (key + name).split('.')[0] ?? name);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const value = config[name];
    if (!Array.isArray(value)) continue;
    for (const [index, item] of value.entries()) {
      if (isObject(item)) checkBlock(nested.block, fields, item, `${path}${name}.`, `${key}${name}.${index}.`, report);
    }
  }
}

/** `ConflictsWith` of the real provider: of `names` only one may be given. */
export function conflicting(config: ObjectValue, names: readonly string[]): Problem[] {
  const given = names.filter((name) => isGiven(config, name));
  const [first, ...others] = given;
  if (first === undefined || others.length === 0) return [];
  return [
    {
      summary: 'Conflicting configuration arguments',
      detail: `"${first}": conflicts with ${others.join(', ')}`,
      attribute: first,
    },
  ];
}

/** `ExactlyOneOf` of the real provider. */
export function exactlyOne(config: ObjectValue, names: readonly string[]): Problem[] {
  if (names.some((name) => config[name] === unknown)) return [];
  const given = names.filter((name) => isGiven(config, name));
  if (given.length === 1) return [];
  const all = names.join(',');
  const detail =
    given.length === 0
      ? `"${names[0] ?? ''}": one of \`${all}\` must be specified`
      : `"${names[0] ?? ''}": only one of \`${all}\` can be specified, but \`${given.join(',')}\` were specified.`;
  return [{ summary: given.length === 0 ? 'Missing required argument' : 'Invalid combination of arguments', detail }];
}

function isGiven(config: ObjectValue, name: string): boolean {
  const value = config[name];
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
