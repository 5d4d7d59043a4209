import { expect, it } from 'vitest';

import { machineLines } from '../../src/deployment/machine-lines.ts';
import type { MachineState } from '../../src/deployment/machine-state.ts';

function machine(name: string, state: MachineState['state'], duty = '', detail = ''): MachineState {
  const said = { state: 'running' as const, code: 0, seconds: 1, detail, tail: '', manifest: '' };
  return { name, zone: 'z', status: 'RUNNING', state, duty, duties: duty ? { [duty]: said } : {} };
}

it('shows what each machine is at, while they are few', () => {
  const lines = machineLines([machine('a', 'silent'), machine('b', 'running', 'files', '3 of 40 shards')], undefined);

  expect(lines).toEqual(['     a  RUNNING  starting', '     b  RUNNING  running   files  3 of 40 shards']);
});

it('shows those that need a look first, when they are many', () => {
  const many = Array.from({ length: 1000 }, (_, index) => machine(`m-${index}`, 'ready'));
  many[700] = machine('m-700', 'failed', 'drivers', '1 GPU instead of 2');

  const lines = machineLines(many, 80);

  expect(lines).toHaveLength(16);
  expect(lines[0]).toContain('m-700');
  expect(lines.at(-1)).toBe('     and 985 more');
});
