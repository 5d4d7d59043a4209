import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { crc32c, crc32cText } from '../../src/core/crc32c.ts';

// RFC 3720, appendix B.4.
it.each([
  ['32 bytes of zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 rising bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ['32 falling bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
  ['the digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
])('is right for %s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});

it('is the same wherever the bytes lie, and however they are cut', () => {
  const cut = fc.nat(200);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), cut, cut, (bytes, shift, one, other) => {
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      const [first, second] = [Math.min(one, other), Math.max(one, other)];
      const pieces = [moved.subarray(0, first), moved.subarray(first, second), moved.subarray(second)];

      expect(pieces.reduce((sum, piece) => crc32c(piece, sum), 0)).toBe(bitByBit(bytes));
    }),
    { numRuns: 300 },
  );
});

it('is shown as the storage API shows it', () => {
  expect(crc32cText(crc32c(Buffer.from('123456789')))).toBe('4waSgw==');
});

function bitByBit(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}
