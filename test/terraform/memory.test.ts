import { expect, it } from 'vitest';

import { tightMemory } from '../../src/terraform/memory.ts';

it.each([0, 512 * 1024 * 1024, 2 ** 63])('%d bytes of memory are enough, or no limit', (limit) => {
  expect(tightMemory(limit)).toBeUndefined();
});

it('tells of a container that has too little', () => {
  expect(tightMemory(256 * 1024 * 1024)).toMatch(/^256 MiB of memory are little: terraform wants 512/);
});
