import { expect, it } from 'vitest';

import { duration } from '../../src/core/duration.ts';
import { table } from '../../src/core/table.ts';

it('lines columns up, whatever colours the cells have', () => {
  const lines = table([
    ['NAME', 'STATE'],
    ['\u001B[32ma\u001B[0m', 'up'],
    ['machine-1', 'down'],
  ]);

  expect(lines).toEqual(['NAME       STATE', '\u001B[32ma\u001B[0m          up', 'machine-1  down']);
});

it('cuts the widest column where the terminal is too narrow', () => {
  const lines = table([['a-very-long-machine-name', 'RUNNING']], 24);

  expect(lines).toEqual(['a-very-long-ma…  RUNNING']);
});

it('never cuts in a file', () => {
  expect(table([['x'.repeat(300), 'y']])[0]).toHaveLength(303);
});

it.each([
  [0.04, '0 s'],
  [3.21, '3.2 s'],
  [59.4, '59 s'],
  [250, '4m10s'],
  [7500, '2h05m'],
  [183_600, '2d03h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
