import type { Value } from './value.ts';

/** A check of one configured value: answers what is wrong with it, in the real provider's words. */
export type Check = (value: Value, key: string) => string | undefined;

/** One of a few words. */
export function oneOf(...words: readonly string[]): Check {
  const list = words.map((word) => JSON.stringify(word)).join(' ');
  return (value, key) =>
    words.includes(String(value)) ? undefined : `expected ${key} to be one of [${list}], got ${String(value)}`;
}

/** A whole number within limits. */
export function between(least: number, most: number): Check {
  return (value, key) =>
    Number(value) >= least && Number(value) <= most
      ? undefined
      : `expected ${key} to be in the range (${least} - ${most}), got ${String(value)}`;
}

/** A text of a form; `shown` is how the real provider writes the form. */
export function matches(pattern: RegExp, shown: string = pattern.source): Check {
  return (value, key) =>
    pattern.test(String(value)) ? undefined : `"${key}" ("${String(value)}") doesn't match regexp "${shown}"`;
}

/** The name of a Compute Engine resource: RFC 1035, at most 63 characters. */
export const resourceName = matches(/^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$/);

/** An IPv4 or IPv6 range such as `10.0.0.0/16` whose address is the first of the range. */
export const ipRange: Check = (value, key) => {
  const range = String(value);
  return /^[\da-f.:]+\/\d{1,3}$/i.test(range)
    ? undefined
    : `"${key}" is not a valid IP CIDR range: invalid CIDR address: ${range}`;
};
