// CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes a step: zlib's crc32 is another polynomial.
const polynomial = 0x82f63b78;
const tables = makeTables();

/** Continues the checksum `crc` (0 at the beginning) over `bytes`; answers an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  const last = bytes.length - 7;
  let c = ~crc;
  let at = 0;
  /* eslint-disable typescript/no-non-null-assertion -- a look-up with an index below 256 always hits */
  for (; at < last; at += 8) {
    c ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    c =
      t7[c & 255]! ^
      t6[(c >>> 8) & 255]! ^
      t5[(c >>> 16) & 255]! ^
      t4[c >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at += 1) c = t0[(c ^ bytes[at]!) & 255]! ^ (c >>> 8);
  /* eslint-enable */
  return ~c >>> 0;
}

/** The checksum as the storage API shows it: base64 of the four bytes, most significant first. */
export function crc32cText(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

type Tables = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const all = Array.from({ length: 8 }, () => new Int32Array(256)) as Tables;
  const [first] = all;
  for (let byte = 0; byte < 256; byte += 1) {
    let c = byte;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    first[byte] = c;
  }
  for (let byte = 0; byte < 256; byte += 1) {
    let c = first[byte] ?? 0;
    for (const table of all.slice(1)) {
      c = (first[c & 255] ?? 0) ^ (c >>> 8);
      table[byte] = c;
    }
  }
  return all;
}
