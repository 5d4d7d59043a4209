import { randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  createReadStream,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Contents } from './contents.ts';
import { createDigest } from './digest.ts';

/** Contents as files of a folder, each under an id of its own, so that none is ever written twice. */
export interface FileContents extends Contents {
  /** Removes files that nothing refers to: what a kill left between writing bytes and naming them. */
  sweep(used: ReadonlySet<string>): void;
}

// Up to this size content is written and read in one call: streams cost more than that.
const small = 1024 * 1024;

/** Opens the folder, making it where it is not there. */
export function openFileContents(folder: string): FileContents {
  mkdirSync(folder, { recursive: true });
  const path = (id: string): string => join(folder, id);
  return {
    async write(source) {
      const id = newId();
      const digest = createDigest();
      const head: Buffer[] = [];
      let size = 0;
      const chunks = asyncIterator(source);
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
        digest.update(next.value);
        head.push(next.value);
        size += next.value.length;
        if (size > small) {
          await writeLarge(path(id), head, chunks, digest);
          return { id, ...digest.result() };
        }
      }
      writeFileSync(path(id), Buffer.concat(head), { flag: 'wx' });
      return { id, ...digest.result() };
    },
    read(id, start = 0, end = Infinity) {
      // Opened at once: the bytes are read to their end even when the object is deleted meanwhile.
      const fd = openSync(path(id), 'r');
      if (end - start > small)
        return createReadStream('', { fd, start, ...(end === Infinity ? {} : { end: end - 1 }) });
      const bytes = Buffer.allocUnsafe(end - start);
      try {
        return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start));
      } finally {
        closeSync(fd);
      }
    },
    copy(id) {
      const twin = newId();
      try {
        linkSync(path(id), path(twin));
      } catch {
        // A file system without hard links.
        copyFileSync(path(id), path(twin));
      }
      return twin;
    },
    remove(id) {
      // Not before the journal has forgotten the object, which it does at the end of this turn.
      setImmediate(() => void rm(path(id), { force: true }).catch(() => undefined));
    },
    sweep(used) {
      for (const id of readdirSync(folder)) {
        if (!used.has(id)) rmSync(path(id), { force: true });
      }
    },
  };
}

async function writeLarge(
  path: string,
  head: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
  digest: ReturnType<typeof createDigest>,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let batch = [...head];
    let size = 0;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      digest.update(next.value);
      batch.push(next.value);
      size += next.value.length;
      if (size < small) continue;
      await file.writev(batch);
      batch = [];
      size = 0;
    }
    if (batch.length > 0) await file.writev(batch);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function asyncIterator(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterator<Buffer> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const iterator = source[Symbol.iterator]();
  return { next: async () => iterator.next() };
}

function newId(): string {
  return randomBytes(12).toString('hex');
}
