import type { Store } from '../service.ts';

/** One guest attribute as the Compute API answers it. */
export interface GuestAttribute {
  namespace: string;
  key: string;
  value: string;
}

const kind = 'guestAttributes';

/** The guest attributes of the instance `instanceKey`, below a namespace or all. */
export function guestAttributes(store: Store, instanceKey: string, namespace?: string): GuestAttribute[] {
  return store.list<GuestAttribute>(kind, `${instanceKey}/${namespace === undefined ? '' : `${namespace}/`}`);
}

/** Sets one guest attribute. */
export function putGuestAttribute(store: Store, instanceKey: string, attribute: GuestAttribute): void {
  const key = `${instanceKey}/${attribute.namespace}/${attribute.key}`;
  if (store.get<GuestAttribute>(kind, key)?.value !== attribute.value) store.put(kind, key, attribute);
}

/** Takes one guest attribute away. */
export function deleteGuestAttribute(store: Store, instanceKey: string, namespace: string, key: string): boolean {
  return store.delete(kind, `${instanceKey}/${namespace}/${key}`);
}

/** Takes all guest attributes of a machine away. */
export function deleteGuestAttributes(store: Store, instanceKey: string): void {
  for (const { namespace, key } of guestAttributes(store, instanceKey)) {
    deleteGuestAttribute(store, instanceKey, namespace, key);
  }
}
