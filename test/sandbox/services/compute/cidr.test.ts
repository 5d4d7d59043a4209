import { describe, expect, it } from 'vitest';

import { formatAddress, overlap, parseRange } from '../../../../src/sandbox/services/compute/cidr.ts';

describe('ranges', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['192.168.1.8/29', '192.168.1.8', '192.168.1.15'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ])('%s is from %s to %s', (text, first, last) => {
    const range = parseRange(text);

    expect([formatAddress(range?.first ?? -1), formatAddress(range?.last ?? -1)]).toEqual([first, last]);
  });

  it.each([['10.0.0.1/8'], ['10.0.0.0'], ['10.0.0.0/33'], ['256.0.0.0/8'], ['text']])('%s is none', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it.each([
    ['10.0.0.0/16', '10.0.255.0/24', true],
    ['10.0.0.0/16', '10.1.0.0/16', false],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    const [left, right] = [parseRange(a), parseRange(b)];

    expect(left && right && overlap(left, right)).toBe(expected);
  });
});
