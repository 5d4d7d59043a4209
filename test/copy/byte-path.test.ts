import { spawnSync } from 'node:child_process';

import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { escapePath } from '../../src/copy/byte-path.ts';
import { bytes } from './_support/machine.ts';

it.each([
  ['plain text', 'a b/c.d', 'a b/c.d'],
  ['a backslash', 'a\\b', 'a\\\\b'],
  ['a newline and a tab', 'a\nb\tc', 'a\\0012b\\0011c'],
  ['what looks like an escape', '\\0012', '\\\\0012'],
  ['text in UTF-8', Buffer.from('漢字 🚀').toString('latin1'), '漢字 🚀'],
  ['a byte that is not UTF-8, before a digit', '\xff7', '\\03777'],
  ['text around such a byte', Buffer.from('é\u0000é').toString('latin1').replace('\0', '\xe9'), 'é\\0351é'],
  ['a control character of two bytes', '\xc2\x9b', '\\0302\\0233'],
  ['a line separator', '\xe2\x80\xa8', '\\0342\\0200\\0250'],
  ['overlong UTF-8', '\xc0\xaf', '\\0300\\0257'],
])('writes %s', (_, path, text) => {
  expect(escapePath(path)).toBe(text);
});

it.skipIf(spawnSync('bash', ['--version']).status !== 0)('writes what printf %b takes back, on one line', () => {
  const path = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((some) => !some.includes(0)),
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => Buffer.from(text.replaceAll('\0', '\\'))),
  );
  fc.assert(
    fc.property(path, (some) => {
      const text = escapePath(Buffer.from(some).toString('latin1'));

      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(bytes(text)).toEqual(Buffer.from(some));
    }),
    { numRuns: 150 },
  );
});
