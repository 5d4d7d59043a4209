import type { Contents } from './contents.ts';
import { createDigest } from './digest.ts';

/** Contents in memory, for stores without a folder. */
export function createMemoryContents(): Contents {
  const all = new Map<string, Buffer>();
  let last = 0;
  function keep(bytes: Buffer): string {
    last += 1;
    all.set(String(last), bytes);
    return String(last);
  }
  function get(id: string): Buffer {
    const bytes = all.get(id);
    if (!bytes) throw new Error(`content ${id} is gone`);
    return bytes;
  }
  return {
    async write(source) {
      const digest = createDigest();
      const chunks: Buffer[] = [];
      for await (const chunk of source) {
        digest.update(chunk);
        chunks.push(chunk);
      }
      return { id: keep(Buffer.concat(chunks)), ...digest.result() };
    },
    read: (id, start = 0, end) => get(id).subarray(start, end),
    copy: (id) => keep(get(id)),
    remove(id) {
      all.delete(id);
    },
  };
}
