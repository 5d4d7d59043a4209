// CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes a step. zlib.crc32 is another polynomial, and the one in
// @google-cloud/storage goes byte by byte: 55 MB/s against 600 MB/s here.
const polynomial = 0x82f63b78;
const lanes = 8;
const table = makeTable();
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Continues the checksum `crc` (0 at the beginning) over `bytes`; answers an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  // Words are read only where they lie at word boundaries: up to three bytes go first.
  const first = littleEndian ? Math.min(bytes.length, -bytes.byteOffset & 3) : bytes.length;
  const pairs = (bytes.length - first) >>> 3;
  let c = bytewise(bytes.subarray(0, first), ~crc);
  if (pairs > 0) c = wordwise(new Int32Array(bytes.buffer, bytes.byteOffset + first, pairs * 2), c);
  return ~bytewise(bytes.subarray(first + pairs * 8), c) >>> 0;
}

/** The checksum as the storage API shows it: base64 of the four bytes, most significant first. */
export function crc32cText(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

/* eslint-disable typescript/no-non-null-assertion -- every index below stays inside its array */
function bytewise(bytes: Uint8Array, start: number): number {
  let c = start;
  for (let at = 0; at < bytes.length; at += 1) c = table[(c ^ bytes[at]!) & 255]! ^ (c >>> 8);
  return c;
}

function wordwise(words: Int32Array, start: number): number {
  let c = start;
  for (let at = 0; at < words.length; at += 2) {
    const low = c ^ words[at]!;
    const high = words[at + 1]!;
    c =
      table[1792 + (low & 255)]! ^
      table[1536 + ((low >>> 8) & 255)]! ^
      table[1280 + ((low >>> 16) & 255)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + (high & 255)]! ^
      table[512 + ((high >>> 8) & 255)]! ^
      table[256 + ((high >>> 16) & 255)]! ^
      table[high >>> 24]!;
  }
  return c;
}

function makeTable(): Int32Array {
  const made = new Int32Array(lanes * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let c = byte;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    made[byte] = c;
  }
  for (let at = 256; at < made.length; at += 1) {
    const before = made[at - 256]!;
    made[at] = made[before & 255]! ^ (before >>> 8);
  }
  return made;
}
/* eslint-enable */
