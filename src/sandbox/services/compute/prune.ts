/**
 * A client's JSON as Google keeps it: without nulls, empty lists and empty objects. Unknown fields and empty strings
 * stay. Objects that are entries of a list stay even when they are empty (`accessConfigs: [{}]`).
 */
export function prune<T>(value: T): T {
  return (pruned(value, false) ?? {}) as T;
}

function pruned(value: unknown, entry: boolean): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map((one) => pruned(one, true)).filter((one) => one !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof value !== 'object') return value;
  const kept = Object.entries(value)
    .map(([key, one]) => [key, pruned(one, false)] as const)
    .filter(([, one]) => one !== undefined);
  return kept.length > 0 || entry ? Object.fromEntries(kept) : undefined;
}
