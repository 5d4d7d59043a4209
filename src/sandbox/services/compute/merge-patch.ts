/** What a merge patch makes of an old value: objects are merged, nulls take fields away, the rest replaces. */
export function mergePatch(old: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const merged: Record<string, unknown> = isObject(old) ? { ...old } : {};
  for (const [key, value] of Object.entries(change)) {
    merged[key] = value === null ? undefined : mergePatch(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
