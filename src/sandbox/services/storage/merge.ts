type Json = Record<string, unknown>;

/** JSON merge patch (RFC 7396), as Google's PATCH methods do it: null takes a field away, lists are replaced whole. */
export function mergePatch<T extends object>(target: T, patch: object): T {
  const merged: Json = { ...target } as Json;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(isObject(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged as T;
}

/** The fields of `value` that are named in `keys`. */
export function pick(value: object, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

/** The value without the fields that are named in `keys`. */
export function omit(value: object, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
