import { lowerBound } from './order.ts';
import type { Store } from './service.ts';

/** One change of the store: a value put under a key, or (without a value) a key deleted. */
export type Change = readonly [kind: string, key: string, value?: object];

/** Where a store writes down what changes, and what it begins with. */
export interface Keeping {
  /** Told every change as it happens, and the highest id given so far. */
  record(change: Change, lastId: number): void;
  /** The values that are there at the beginning. */
  changes: Iterable<Change>;
  /** The highest id that was ever given. */
  lastId: number;
}

/** A store in memory; with `keeping` every change is also written down. `now` is in milliseconds. */
export function createStore(now: () => number, keeping?: Keeping): Store {
  const collections = new Map<string, Collection>();
  const listeners = new Map<string, Set<(key: string, value: object | undefined) => void>>();
  let last = keeping?.lastId ?? 0;
  for (const [kind, key, value] of keeping?.changes ?? []) apply(kind, key, value);

  function collection(kind: string): Collection {
    let found = collections.get(kind);
    if (!found) collections.set(kind, (found = new Collection()));
    return found;
  }
  function apply(kind: string, key: string, value?: object): void {
    if (value) collection(kind).put(key, value);
    else collections.get(kind)?.delete(key);
  }
  function change(kind: string, key: string, value?: object): void {
    // Written down first: a change that cannot be kept is refused.
    keeping?.record(value ? [kind, key, value] : [kind, key], last);
    apply(kind, key, value);
    for (const listener of listeners.get(kind) ?? []) listener(key, value);
  }
  function* entries<T>(kind: string, prefix = '', start = ''): IterableIterator<[string, T]> {
    yield* (collections.get(kind)?.entries(prefix, start) ?? []) as Iterable<[string, T]>;
  }

  return {
    get: <T>(kind: string, key: string) => collections.get(kind)?.get(key) as T | undefined,
    put: change,
    delete(kind, key) {
      if (!collections.get(kind)?.get(key)) return false;
      change(kind, key);
      return true;
    },
    list: <T>(kind: string, prefix?: string) => Array.from(entries<T>(kind, prefix), ([, value]) => value),
    entries,
    nextId() {
      // Microseconds since 1970, as the generations of Google's objects are; 16 digits fit int64 and a JS number.
      last = Math.max(last + 1, now() * 1000);
      return String(last);
    },
    watch(kind, listener) {
      let set = listeners.get(kind);
      if (!set) listeners.set(kind, (set = new Set()));
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}

// Values by key, with the keys in order: a change costs one binary search and the shift of an array of pointers.
class Collection {
  #values = new Map<string, object>();
  #keys: string[] = [];

  get(key: string): object | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: object): void {
    if (!this.#values.has(key)) this.#keys.splice(lowerBound(this.#keys, key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(lowerBound(this.#keys, key), 1);
  }

  *entries(prefix: string, start: string): IterableIterator<[string, object]> {
    let key = start > prefix ? start : prefix;
    let index = lowerBound(this.#keys, key);
    while (index < this.#keys.length) {
      key = this.#keys[index] ?? '';
      if (!key.startsWith(prefix)) return;
      const value = this.#values.get(key);
      if (value) yield [key, value];
      // The reader may have changed the collection meanwhile: find the place again when the key has moved.
      index = this.#keys[index] === key ? index + 1 : lowerBound(this.#keys, `${key}\0`);
    }
  }
}
