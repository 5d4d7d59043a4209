import { describe, expect, it } from 'vitest';

import { parseFilter } from '../../../../src/sandbox/services/compute/filter.ts';

const machine = {
  name: 'vm-1',
  status: 'RUNNING',
  labels: { 'cluster-provision': 'demo', 'cluster-provision-id': '0b0c', env: 'prod' },
  network: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
  disks: [{ diskSizeGb: '20' }],
  scheduling: { preemptible: false },
};

describe('filters', () => {
  it.each([
    [undefined],
    [''],
    ['name = vm-1'],
    ['name="vm-1"'],
    ['name eq vm-1'],
    ["name eq 'vm-.*'"],
    ['name eq ".*\\bvm\\-1\\b.*"'],
    ['name ne vm-2'],
    ['name:vm-*'],
    ['labels.cluster-provision=demo'],
    ['labels.cluster-provision-id = "0b0c" AND status = RUNNING'],
    ['(labels.env = prod) (status = RUNNING)'],
    ['labels.env:*'],
    ['status != TERMINATED'],
    ['status = TERMINATED OR name = vm-1'],
    ['NOT status = TERMINATED'],
    ['-status:TERMINATED'],
    ['network eq "https://www.googleapis.com/compute/v1/projects/p/global/networks/n"'],
    ['network = https://www.googleapis.com/compute/v1/projects/p/global/networks/n'],
    ['disks.diskSizeGb >= 20'],
    ['scheduling.preemptible = false'],
  ])('%s lets the machine pass', (filter) => {
    expect(parseFilter(filter)(machine)).toBe(true);
  });

  it.each([
    ['name = vm'],
    ['name eq vm'],
    ['labels.cluster-provision=other'],
    ['labels.cluster-provision=demo AND status=TERMINATED'],
    ['labels.missing:*'],
    ['status = TERMINATED OR name = vm-2'],
    ['disks.diskSizeGb > 20'],
    ['NOT (name = vm-1 OR name = vm-2)'],
  ])('%s keeps it back', (filter) => {
    expect(parseFilter(filter)(machine)).toBe(false);
  });

  it.each([['name'], ['name ='], ['(name = a'], ['name = a)'], ['name eq "["']])('%s is refused', (filter) => {
    expect(() => parseFilter(filter)(machine)).toThrow(/Invalid value for field 'filter'/);
  });
});
