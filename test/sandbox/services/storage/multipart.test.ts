import { buffer } from 'node:stream/consumers';

import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { readMultipart } from '../../../../src/sandbox/services/storage/multipart.ts';

const type = 'multipart/related; boundary=b';

/** The bytes in pieces that end at `cuts`. */
async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((one, other) => one - other), bytes.length];
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function mediaOf(body: Buffer, cuts: readonly number[]): Promise<Buffer> {
  const { media } = await readMultipart(type, pieces(body, cuts));
  return buffer(media);
}

it('reads the media whatever is in it, however the body is cut', async () => {
  // Much of what could be taken for the end of it, and nothing that is.
  const piece = fc.constantFrom('\r', '\n', '\r\n', '-', '--', '\r\n-', '\r\n--', '--b', 'b', 'x'.repeat(40));
  const text = fc
    .array(piece, { maxLength: 12 })
    .map((all) => all.join(''))
    .filter((all) => !`${all}\r\n--b`.slice(0, -1).includes('\r\n--b'));
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(300), { maxLength: 40 }), async (content, cuts) => {
      const head = '--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\nContent-Type: text/plain\r\n\r\n';
      const body = Buffer.from(`${head}${content}\r\n--b--\r\n`);

      expect((await mediaOf(body, cuts)).toString()).toBe(content);
    }),
    { numRuns: 500 },
  );
});

it('refuses media without an end', async () => {
  const body = Buffer.from('--b\r\n\r\n{}\r\n--b\r\n\r\nno end\r\n--');

  await expect(mediaOf(body, [20, 30])).rejects.toThrow('the end boundary is missing');
});
