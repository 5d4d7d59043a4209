import { expect, it } from 'vitest';

import { prune } from '../../../../src/sandbox/services/compute/prune.ts';

it.each([
  ['nulls', { a: null, b: 1 }, { b: 1 }],
  ['lists of nulls', { nodeAffinities: [null] }, {}],
  ['empty lists and objects', { a: [], b: {}, c: { d: [] } }, {}],
])('takes %s away', (_what, value, kept) => {
  expect(prune<object>(value)).toEqual(kept);
});

it.each([
  ['empty texts, which may be values of labels and metadata', { labels: { a: '' } }],
  ['false and zero', { a: false, b: 0 }],
  ['empty objects in lists', { accessConfigs: [{}] }],
])('leaves %s', (_what, value) => {
  expect(prune<object>(value)).toEqual(value);
});
