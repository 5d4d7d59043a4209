import type { FaultRule } from './fault-rules.ts';
import type { Store } from './service.ts';

/** The kind of the entries that take a permission away for as long as the fault plan does; keys are patterns. */
export const withheldPermissions = 'withheldPermissions';
/** The kind of the entries that switch an API off for as long as the fault plan does; keys are its hosts. */
export const withheldApis = 'withheldApis';

/** Takes away what the rules of a plan take away from every project, and gives back what an earlier plan took. */
export function withhold(store: Store, rules: readonly FaultRule[]): void {
  const permissions = rules.flatMap((rule) => ('deniedPermission' in rule ? [rule.deniedPermission.permission] : []));
  const apis = rules.flatMap((rule) => ('disabledApi' in rule ? [rule.disabledApi.api] : []));
  keepOnly(store, withheldPermissions, permissions);
  keepOnly(store, withheldApis, apis);
}

function keepOnly(store: Store, kind: string, names: readonly string[]): void {
  for (const [key] of [...store.entries(kind)]) if (!names.includes(key)) store.delete(kind, key);
  for (const name of names) if (!store.get(kind, name)) store.put(kind, name, { name });
}
