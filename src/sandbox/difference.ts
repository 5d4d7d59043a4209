/** What makes one value of another: fields that are new or other than before, and names of those that are gone. */
export type Difference = readonly [changed: Readonly<Record<string, unknown>>, gone: readonly string[]];

type Fields = Readonly<Record<string, unknown>>;

/**
 * What changed between two values that are kept by reference: whoever changes a value copies it and leaves most fields
 * as they are, so the same reference is the same content. Answers undefined where nothing was kept.
 */
export function difference(before: object, after: object): Difference | undefined {
  if (Array.isArray(before) || Array.isArray(after)) return undefined;
  const [old, next] = [before as Fields, after as Fields];
  const changed: Record<string, unknown> = {};
  const gone: string[] = [];
  let kept = 0;
  for (const name of Object.keys(next)) {
    if (next[name] === undefined) continue;
    if (next[name] === old[name]) kept += 1;
    else changed[name] = next[name];
  }
  for (const name of Object.keys(old)) if (next[name] === undefined) gone.push(name);
  return kept === 0 ? undefined : [changed, gone];
}

/** The value that `difference` was told as the later one. */
export function applyDifference(before: object, [changed, gone]: Difference): object {
  const after: Record<string, unknown> = { ...before, ...changed };
  for (const name of gone) delete after[name];
  return after;
}
