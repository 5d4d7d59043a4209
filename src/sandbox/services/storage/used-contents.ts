import type { Store } from '../../service.ts';
import type { StoredObject } from './object.ts';
import type { Session } from './resumable.ts';

/** The ids of all bytes that an object, an older version of one, or an unfinished upload refers to. */
export function usedContents(store: Store): Set<string> {
  const used = new Set<string>();
  for (const kind of ['objects', 'noncurrentObjects']) {
    for (const [, object] of store.entries<StoredObject>(kind)) used.add(object._content);
  }
  for (const [, session] of store.entries<Session>('uploads')) {
    for (const part of session.parts) used.add(part.id);
  }
  return used;
}
