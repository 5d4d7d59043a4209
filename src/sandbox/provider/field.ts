import type { Value } from './value.ts';

/** What no schema tells about an attribute or block, and how it reads in the REST representation. */
export interface Field {
  /** Dotted place in the REST object of the block it stands in (default: its name in camelCase). `null`: the API has no such thing. */
  rest?: string | null;
  /** A change (of this kind) makes a new resource. On a block: any change inside it. */
  replace?: true | ((now: Value, before: Value) => boolean);
  /** What it is where the configuration leaves it out. */
  default?: string | number | boolean;
  /** A block that Google fills in where the configuration has none. */
  computed?: true;
  /**
   * It names another resource; the template (`projects/{project}/global/networks/{}`) makes a path of a bare name, and a
   * name, a path and a link to the same resource count as the same.
   */
  ref?: string;
  /** The state holds only the last part of the link that Google answers. */
  short?: true;
  /** Tells whether what the configuration says now means the same as what the state holds. */
  same?: (configured: Value, known: Value) => boolean;
  /** Sent even when empty. */
  always?: true;
  /** Sent, but not among what Google answers: the state keeps what the configuration said. */
  unread?: true;
  /** The API has a list although the block comes at most once. */
  list?: true;
  /** A 64-bit integer that the API wants as text. */
  text?: true;
  /** Sent although the configuration cannot set it (labels). */
  sent?: true;
  /** How a value is written before it is planned. */
  canonical?: (value: Value) => Value;
  /** Answers what is wrong with a configured value; `key` is its name for the message. */
  check?: (value: Value, key: string) => string | undefined;
}

/** Fields by dotted path of attribute and block names; a text is short for `{ rest: text }`. */
export type Fields = Readonly<Record<string, string | Field>>;

const none: Field = {};

/** The field at `path`; what is not in the table follows the general rules. */
export function fieldAt(fields: Fields, path: string): Field {
  const field = fields[path];
  return typeof field === 'string' ? { rest: field } : (field ?? none);
}

/** Where the REST representation keeps the field: `ip_cidr_range` → `ipCidrRange`. */
export function restPath(field: Field, name: string): string[] | null {
  if (field.rest === null) return null;
  return field.rest?.split('.') ?? [name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
}

/** Marks several attributes as ones whose change makes a new resource. */
export function replacing<const Names extends readonly string[]>(...names: Names): Record<Names[number], Field> {
  return Object.fromEntries(names.map((name) => [name, { replace: true }])) as Record<Names[number], Field>;
}
