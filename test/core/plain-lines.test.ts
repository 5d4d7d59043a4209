import { expect, it } from 'vitest';

import { plainLines } from '../../src/core/plain-lines.ts';

it.each([
  ['lines with either end', 'one\r\ntwo\n', ['one', 'two', '']],
  ['colours', '\u001B[1;32mok\u001B[0m ready', ['ok ready']],
  ['what would write over the terminal', 'a\u001B[2Jb\u0007\u0008c\u009B1;1Hd', ['abcd']],
  ['tabs, which are text', 'a\tb', ['a\tb']],
])('plain lines: %s', (_, text, lines) => {
  expect(plainLines(text)).toEqual(lines);
});
