/** Tells whether the IPv4 range `outer` holds all of `inner`; both as in `10.0.0.0/16`. */
export function holdsRange(outer: string, inner: string): boolean {
  const [outerStart, outerBits] = parse(outer);
  const [innerStart, innerBits] = parse(inner);
  return outerBits <= innerBits && firstAddress(innerStart, outerBits) === firstAddress(outerStart, outerBits);
}

function parse(range: string): [address: number, bits: number] {
  const [address = '', bits = '32'] = range.split('/');
  return [address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0), Number(bits)];
}

function firstAddress(address: number, bits: number): number {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) * size;
}
