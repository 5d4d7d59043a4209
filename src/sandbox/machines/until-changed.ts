import type { Store } from '../service.ts';

/** What somebody waits for. */
interface Wait {
  /** What is there now; throws when it is gone. */
  etag(): string;
  /** What the caller has seen. */
  last: string;
  /** Milliseconds; nothing: for ever. */
  timeout?: number | undefined;
  /** Calls back when the caller is gone. */
  onGone(gone: () => void): void;
}

/** Waits for changes of one instance. */
export interface Waiters {
  /** Resolves when the etag is another one, when the time is over or the caller is gone; rejects with what `etag` throws. */
  untilChanged(wait: Wait): Promise<void>;
  stop(): void;
}

/** Waits for changes of the instance `instanceKey` in the store. */
export function watchInstance(store: Store, instanceKey: string): Waiters {
  const looks = new Set<() => void>();
  const stop = store.watch('instances', (key) => {
    if (key === instanceKey) for (const look of looks) look();
  });
  return {
    stop,
    untilChanged: ({ etag, last, timeout, onGone }) =>
      new Promise((resolve, reject) => {
        const timer = timeout === undefined ? undefined : setTimeout(finish, timeout);
        looks.add(look);
        onGone(finish);
        look();
        function look(): void {
          try {
            if (etag() !== last) finish();
          } catch (error) {
            reject(error);
            finish();
          }
        }
        function finish(): void {
          clearTimeout(timer);
          looks.delete(look);
          resolve();
        }
      }),
  };
}
