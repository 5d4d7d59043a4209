import { expect, it } from 'vitest';
import { defaultImage } from '../../src/catalog/images.ts';
import { machineType, machineTypeNames } from '../../src/catalog/machine-types.ts';
import type { MachineType } from '../../src/catalog/machine-types.ts';
import {
  compactPlacement,
  compactPlacementLimit,
  hasCompactFlexStart,
  hasFlexStart,
  onHostMaintenance,
} from '../../src/catalog/scheduling.ts';

it.each([
  ['a2-highgpu-2g', 'yes', 150],
  ['a4-highgpu-8g', 'yes', 1500],
  ['a3-ultragpu-8g', 'yes', Infinity],
  ['a4x-highgpu-4g', 'yes', 18],
  ['g2-standard-4', 'unknown', Infinity],
  ['n1-standard-4', 'no', 0],
  ['e2-standard-4', 'no', 0],
] as const)('compact placement of %s: %s, at most %d machines', (name, answer, limit) => {
  expect([compactPlacement(known(name)), compactPlacementLimit(known(name))]).toEqual([answer, limit]);
});

it('flex-start is barred for a3-edgegpu alone, and compact for two families', () => {
  const all = machineTypeNames().map(known);

  expect(all.filter((machine) => !hasFlexStart(machine)).map((machine) => machine.name)).toEqual(['a3-edgegpu-8g']);
  expect([...new Set(all.filter(hasCompactFlexStart).map((machine) => machine.family))]).toEqual([
    'a3-ultragpu',
    'a4-highgpu',
  ]);
});

it('a machine with a GPU is stopped for maintenance, one without moves on', () => {
  expect([onHostMaintenance(8), onHostMaintenance(0)]).toEqual(['TERMINATE', 'MIGRATE']);
});

it.each([
  ['a2-highgpu-2g', 'deeplearning-platform-release', 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580'],
  ['n1-standard-4', 'deeplearning-platform-release', 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580'],
  ['a4-highgpu-8g', 'ubuntu-os-accelerator-images', 'ubuntu-accelerator-2404-amd64-with-nvidia-580'],
  ['a4x-highgpu-4g', 'ubuntu-os-accelerator-images', 'ubuntu-accelerator-2404-arm64-with-nvidia-580'],
])('%s boots an image from %s: %s', (name, project, family) => {
  expect(defaultImage(known(name))).toEqual({ project, family });
});

function known(name: string): MachineType {
  const machine = machineType(name);
  if (!machine) throw new Error(`${name} is not in the catalog`);
  return machine;
}
