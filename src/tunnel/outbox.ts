import { FrameError } from './frames.ts';

/** What was sent and is not confirmed: it is sent again when the connection is taken up on another WebSocket. */
export interface Outbox {
  /** Bytes that wait for confirmation. */
  readonly size: number;
  add(bytes: Buffer): void;
  /** The other side has all of the first `received` bytes. Throws a FrameError when that cannot be. */
  confirm(received: number): void;
  /** What waits, oldest first. */
  waiting(): readonly Buffer[];
}

/** An outbox of a connection on which nothing was sent. */
export function createOutbox(): Outbox {
  const waiting: Buffer[] = [];
  let confirmed = 0;
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(bytes) {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      size += bytes.length;
    },
    confirm(received) {
      let left = received - confirmed;
      if (!(left >= 0)) throw new FrameError(`${received} bytes were confirmed after ${confirmed}`);
      if (left > size) throw new FrameError(`${received} bytes were confirmed of ${confirmed + size} sent`);
      confirmed = received;
      size -= left;
      while (left > 0) {
        const [first = Buffer.alloc(0)] = waiting;
        if (first.length > left) {
          waiting[0] = first.subarray(left);
          return;
        }
        left -= first.length;
        waiting.shift();
      }
    },
    waiting: () => waiting,
  };
}
