import { expect, it } from 'vitest';

import { counted } from '../../src/core/count.ts';

it.each([
  [0, 'machine', undefined, '0 machines'],
  [1, 'machine', undefined, '1 machine'],
  [2, 'machine', undefined, '2 machines'],
  [1, 'entry', 'entries', '1 entry'],
  [70, 'entry', 'entries', '70 entries'],
])('%i of %s is said as it is counted', (count, one, many, said) => {
  expect(counted(count, one, many)).toBe(said);
});
