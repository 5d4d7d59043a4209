import { assert, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { crc32c, crc32cText } from '../../src/sandbox/crc32c.ts';

// Test vectors of RFC 3720, appendix B.4, and the usual check value.
const vectors: [string, Buffer, number][] = [
  ['nothing', Buffer.alloc(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e],
];

describe('crc32c', () => {
  it.each(vectors)('of %s is that of the standard', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is the same however the bytes are cut', () => {
    assert(
      property(uint8Array({ maxLength: 100 }), nat(100), (bytes, cut) => {
        expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
      }),
    );
  });

  it('is shown as base64 of its big-endian bytes', () => {
    expect(crc32cText(0xe3069283)).toBe('4waSgw==');
  });
});
