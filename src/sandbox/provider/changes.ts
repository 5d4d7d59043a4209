import { sameValue } from './value.ts';
import type { ObjectValue } from './value.ts';

/** The names of the attributes and blocks that differ. */
export function changedNames(planned: ObjectValue, prior: ObjectValue): Set<string> {
  return new Set(Object.keys(planned).filter((name) => !sameValue(planned[name] ?? null, prior[name] ?? null)));
}
