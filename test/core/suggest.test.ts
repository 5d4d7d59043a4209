import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineTypeNames } from '../../src/catalog/machine-types.ts';
import { editDistance, suggest } from '../../src/core/suggest.ts';

describe('suggest', () => {
  it.each([
    ['a2-highgpu-3g', 'a2-highgpu-2g'],
    ['a2-hihgpu-8g', 'a2-highgpu-8g'],
    ['A3-MEGAGPU-8G', 'a3-megagpu-8g'],
    ['n1-standart-4', 'n1-standard-4'],
    ['a3-ultragpu', 'a3-ultragpu-8g'],
  ])('leads from %s to %s', (word, meant) => {
    expect(suggest(word, machineTypeNames())).toBe(meant);
  });

  it.each(['', 'p5.48xlarge', 'x', 'a2-highgpu-2g'.repeat(20)])('says nothing about %j', (word) => {
    expect(suggest(word, machineTypeNames())).toBeUndefined();
  });

  it('takes the first of several that are equally near', () => {
    expect(suggest('bat', ['cat', 'hat'])).toBe('cat');
  });

  it('counts two swapped letters as one slip', () => {
    expect(editDistance('PROJECT_DI', 'PROJECT_ID')).toBe(1);
  });

  it('finds every word at no distance from itself, and measures alike in both directions', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBeCloseTo(editDistance(b, a), 9);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
