import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { packedBytes } from '../../src/copy/perform.ts';
import { openThreads } from '../../src/copy/threads.ts';

const never = new AbortController().signal;

function shared(text: string): Buffer {
  const buffer = Buffer.from(new SharedArrayBuffer(text.length));
  buffer.write(text);
  return buffer;
}

it.each([0, 1, 2])('hash and compress with %i threads, more jobs than threads at a time', async (most) => {
  await using threads = openThreads(most);
  const contents = ['', 'a', 'b'.repeat(100_000), 'words '.repeat(50_000)].map(shared);

  const [sums, ...packed] = await Promise.all([
    threads.hash(contents, never),
    ...contents.map((content) => threads.compress(content, shared('x'.repeat(packedBytes(content.length))), never)),
  ]);

  expect(sums).toEqual(contents.map((content) => createHash('sha256').update(content).digest('hex')));
  expect(packed.map((frame) => zstdDecompressSync(frame).toString())).toEqual(contents.map(String));
});

it('fail one job, and not those after it', async () => {
  await using threads = openThreads(1);
  const content = shared(createHash('shake256', { outputLength: 5000 }).digest('base64'));

  await expect(threads.compress(content, shared('too small'.repeat(20)), never)).rejects.toThrow(RangeError);

  expect(await threads.hash([shared('a')], never)).toEqual([createHash('sha256').update('a').digest('hex')]);
});

it('are not waited for any longer when a signal says so', async () => {
  await using threads = openThreads(1);
  const stop = new AbortController();
  const content = shared('words '.repeat(500_000));
  const first = threads.compress(content, shared('x'.repeat(packedBytes(content.length))), never);

  const second = threads.hash([content], stop.signal);
  stop.abort(new Error('enough'));

  await expect(second).rejects.toThrow('enough');
  expect(zstdDecompressSync(await first).length).toBe(content.length);
});
