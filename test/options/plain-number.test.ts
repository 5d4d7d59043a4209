import { expect, it } from 'vitest';
import { plainNumber } from '../../src/options/plain-number.ts';

it.each([
  ['0', '0'],
  ['-0', '-0'],
  ['007', '7'],
  ['1.50', '1.5'],
  ['1.0', '1'],
  ['1e3', '1000'],
  ['1.25e1', '12.5'],
  ['1E-7', '0.0000001'],
  ['12e-1', '1.2'],
  ['0.1e1', '1'],
  ['12345678901234567890123', '12345678901234567890123'],
])('%s is written %s', (digits, text) => {
  expect(plainNumber(digits)).toBe(text);
});

it.each(['', 'x', '.5', '5.', '1e', '0x10', '1_000', '1e101', '9'.repeat(101)])('%j is no number', (digits) => {
  expect(plainNumber(digits)).toBeUndefined();
});
