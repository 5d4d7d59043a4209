const surrogate = /[\uD800-\uDFFF]/;

/** Compares in the order of UTF-8 bytes, as Google lists names; JavaScript's own order differs beyond U+FFFF. */
export function byteOrder(a: string, b: string): number {
  if (a === b) return 0;
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** The index of the first key that is not smaller than `key` in a sorted list. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byteOrder(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
