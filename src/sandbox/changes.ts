import type { HttpCall } from './faults.ts';
import type { Store } from './service.ts';

/** A request that has changed something. */
export interface Change {
  /** When its work was done: milliseconds since 1970, by the sandbox's clock. */
  at: number;
  /** `POST` */
  method: string;
  /** Path and query, unescaped. */
  url: string;
  /** What its sender calls itself. */
  agent: string;
}

// POSTs that only ask.
const questions =
  /[/:](testIamPermissions|getIamPolicy|listManagedInstances|generateAccessToken|signBlob|search|token)(\?|$)/;

// Beside the store and not in it: nobody wants to find this after the run, and it costs nothing where it is off.
const records = new WeakMap<Store, Change[]>();

/** A request that changes something, if it succeeds. */
export function isChange({ service, method, url }: Pick<HttpCall, 'service' | 'method' | 'url'>): boolean {
  return method !== 'GET' && method !== 'HEAD' && !service.startsWith('oauth2.') && !questions.test(url);
}

/** Begins to record who changes what, and forgets what was recorded. */
export function recordChanges(store: Store): void {
  records.set(store, []);
}

/** What was changed since, in the order in which it was done. */
export function recordedChanges(store: Store): readonly Change[] {
  return records.get(store) ?? [];
}

/** Told of each request whose work was done. */
export function noteChange(store: Store, change: Change): void {
  records.get(store)?.push(change);
}
