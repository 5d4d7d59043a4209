/** Stands for a value that Terraform will know only after apply. */
export const unknown: unique symbol = Symbol('known after apply');

/** A value of Terraform's type system. Lists and sets are arrays, maps and objects are records; bigint beyond 2^53. */
export type Value = null | string | number | bigint | boolean | typeof unknown | Value[] | ObjectValue;

/** The attributes and blocks of one resource or block by name; every name of the schema is there. */
export interface ObjectValue {
  [name: string]: Value;
}

/** Tells a map or an object from everything else. */
export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null, zero, false and whatever has nothing in it: the real provider does not tell these apart. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (value === 0 || value === 0n) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Equal in every part; an unknown value is equal to nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === unknown || b === unknown) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => name in b && sameValue(a[name] ?? null, b[name] ?? null))
    );
  }
  return a === b;
}

/** Tells whether `value` has an unknown part. */
export function hasUnknown(value: Value): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** The text at `name`, or '' where there is none (yet). */
export function textOf(values: ObjectValue, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}

/** The elements of a block or list at `name` that are objects. */
export function blocksOf(values: ObjectValue, name: string): ObjectValue[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** What stays of a planned value when nobody says what was unknown. */
export function settled(value: Value | undefined): Value {
  if (value === undefined || value === unknown) return null;
  if (Array.isArray(value)) return value.map(settled);
  return isObject(value) ? settledObject(value) : value;
}

/** The same for a whole resource. */
export function settledObject(values: ObjectValue): ObjectValue {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, settled(value)]));
}
