/**
 * The etag of a bucket or an object: base64 of the protocol buffer that Google makes of generation and metageneration
 * (`CAE=` is metageneration 1).
 */
export function etagOf(metageneration: string | number, generation?: string): string {
  const bytes =
    generation === undefined
      ? [0x08, ...varint(BigInt(metageneration))]
      : [0x08, ...varint(BigInt(generation)), 0x10, ...varint(BigInt(metageneration))];
  return Buffer.from(bytes).toString('base64');
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
