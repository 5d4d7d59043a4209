/** A range of IPv4 addresses as numbers, both ends included. */
export interface Range {
  first: number;
  last: number;
}

/** Reads `10.0.0.0/16`; `undefined` for what is no range or has bits set behind its prefix. */
export function parseRange(text: string): Range | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!parts) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = parts.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

/** Tells whether two ranges share an address. */
export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** `10.0.0.2` of its number. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The number of `10.0.0.2`; NaN for what is no address. */
export function parseAddress(text: string): number {
  return parseRange(`${text}/32`)?.first ?? Number.NaN;
}
