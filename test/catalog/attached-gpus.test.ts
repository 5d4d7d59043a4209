import { expect, it } from 'vitest';
import { attachableCounts, attachableGpus, machineType } from '../../src/catalog/machine-types.ts';

it.each([
  ['n1-standard-8', 'nvidia-tesla-t4', [1, 2, 4]],
  ['n1-standard-64', 'nvidia-tesla-t4', [4]],
  ['n1-highmem-16', 'nvidia-tesla-v100', [2, 4, 8]],
  ['n1-standard-96', 'nvidia-tesla-v100', [8]],
  ['n1-standard-96', 'nvidia-tesla-p100', []],
  ['n1-highcpu-32', 'nvidia-tesla-p4', [2, 4]],
])('%s takes %s in these numbers: %j', (name, acceleratorType, counts) => {
  const machine = machineType(name);
  const gpu = machine && attachableGpus(machine).find((known) => known.acceleratorType === acceleratorType);

  expect(machine && gpu && attachableCounts(machine, gpu)).toEqual(counts);
});

it.each(['a2-highgpu-1g', 'e2-standard-2', 'c3-standard-4'])('%s takes no GPU beside its own', (name) => {
  const machine = machineType(name);

  expect(machine && attachableGpus(machine)).toEqual([]);
});
