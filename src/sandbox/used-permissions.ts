import type { Store } from './service.ts';

/** A permission that a call has asked for, granted or not. */
export interface UsedPermission {
  project: string;
  /** `user:operator@sandbox.test` */
  principal: string;
  permission: string;
}

// Beside the store and not in it: nobody wants to find this after the run, and it costs nothing where it is off.
const recorders = new WeakMap<Store, Map<string, UsedPermission>>();

/** Begins to record which permissions calls ask for, and forgets what was recorded. */
export function recordPermissions(store: Store): void {
  recorders.set(store, new Map());
}

/** What was asked for since, each once. Asking what one may do (testIamPermissions) is no use. */
export function usedPermissions(store: Store): UsedPermission[] {
  return [...(recorders.get(store)?.values() ?? [])];
}

/** Told by every gate that a call must pass. */
export function noteUse(store: Store, project: string, principal: string, permission: string): void {
  recorders.get(store)?.set(`${project} ${principal} ${permission}`, { project, principal, permission });
}
