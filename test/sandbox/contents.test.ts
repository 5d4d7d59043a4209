import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { Contents } from '../../src/sandbox/contents.ts';
import { openFileContents } from '../../src/sandbox/file-contents.ts';
import { createMemoryContents } from '../../src/sandbox/memory-contents.ts';
import { temporaryFolder } from './_support/temporary.ts';

const kinds: [string, () => Contents][] = [
  ['in memory', () => createMemoryContents()],
  ['in files', () => openFileContents(temporaryFolder())],
];
const megabyte = 1024 * 1024;

describe.each(kinds)('contents %s', (_kind, open) => {
  it.each([0, 1, 1000, megabyte, megabyte + 1, 3 * megabyte + 17])(
    'keeps %i bytes and tells their hashes',
    async (size) => {
      const contents = open();
      const bytes = pattern(size);

      const written = await contents.write(chunks(bytes, 65_536));

      expect(written.size).toBe(size);
      expect(written.md5).toBe(createHash('md5').update(bytes).digest('base64'));
      expect(bytes.equals(await read(contents, written.id, 0, size))).toBe(true);
    },
  );

  it('reads the part that is asked for', async () => {
    const contents = open();
    const bytes = pattern(3 * megabyte);
    const { id } = await contents.write([bytes]);

    expect(bytes.subarray(5, 9).equals(await read(contents, id, 5, 9))).toBe(true);
    expect(bytes.subarray(100, 2 * megabyte).equals(await read(contents, id, 100, 2 * megabyte))).toBe(true);
  });

  it('keeps a copy when the original is removed', async () => {
    const contents = open();
    const { id } = await contents.write([Buffer.from('hello')]);

    const copy = contents.copy(id);
    contents.remove(id);
    await setImmediate();

    expect(await read(contents, copy, 0, 5)).toEqual(Buffer.from('hello'));
  });
});

describe('contents in files', () => {
  it.each([10, 2 * megabyte])('leave no file behind when the source breaks after %i bytes', async (size) => {
    const folder = temporaryFolder();
    async function* broken(): AsyncGenerator<Buffer> {
      yield pattern(size);
      throw new Error('the client is gone');
    }

    await expect(openFileContents(folder).write(broken())).rejects.toThrow('the client is gone');

    expect(readdirSync(folder)).toEqual([]);
  });

  it('are swept of what nothing refers to', async () => {
    const folder = temporaryFolder();
    const contents = openFileContents(folder);
    const { id } = await contents.write([Buffer.from('named')]);
    await contents.write([Buffer.from('orphan')]);

    contents.sweep(new Set([id]));

    expect(readdirSync(folder)).toEqual([id]);
  });
});

function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31) & 255;
  return bytes;
}

function* chunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(contents: Contents, id: string, start: number, end: number): Promise<Buffer> {
  const bytes = contents.read(id, start, end);
  return Buffer.isBuffer(bytes) ? Buffer.from(bytes) : Buffer.concat(await bytes.toArray());
}
