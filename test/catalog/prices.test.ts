import { describe, expect, it } from 'vitest';

import { machineType, machineTypeNames } from '../../src/catalog/machine-types.ts';
import { n1Gpus } from '../../src/catalog/n1-gpus.ts';
import { gpuPrices, hoursPerMonth, machinePrices, seriesPrices, storagePrices } from '../../src/catalog/prices.ts';

// Of these no source gives a price, or sources contradict each other.
const unpriced = [/^a3-edgegpu/, /^a4x-/, /-nolssd$/, /-lowmem$/, /^g4-standard-(6|12|24)$/];

describe('the table of list prices', () => {
  it('has a price for every machine type with GPUs, but for those that are known to have none', () => {
    const gpuTypes = machineTypeNames().filter((name) => (machineType(name)?.gpus ?? 0) > 0);

    const without = gpuTypes.filter((name) => machinePrices[name] === undefined);

    expect(without.filter((name) => !unpriced.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(Object.keys(machinePrices).filter((name) => !gpuTypes.includes(name))).toEqual([]);
  });

  it('has a price for every series without GPUs, every GPU of n1 that is left and every boot disk', () => {
    const types = machineTypeNames().flatMap((name) => machineType(name) ?? []);
    const series = types.filter(({ gpus }) => gpus === 0).map(({ name }) => name.split('-')[0] ?? '');
    const disks = types.flatMap(({ bootDiskTypes }) => bootDiskTypes);

    expect([...new Set(series)].sort()).toEqual(Object.keys(seriesPrices).sort());
    expect(Object.keys(gpuPrices)).toEqual(n1Gpus.filter(({ retired }) => !retired).map((gpu) => gpu.acceleratorType));
    expect([...new Set(disks)].filter((disk) => storagePrices[disk] === undefined)).toEqual([]);
  });

  it('asks less for a spot machine than for one on demand', () => {
    const pairs = Object.entries(machinePrices).filter(([, { onDemand, spot }]) => onDemand && spot);

    expect(pairs.filter(([, { onDemand, spot }]) => (spot?.usd ?? 0) >= (onDemand?.usd ?? 0))).toEqual([]);
  });

  // GPU prices of the catalogue's SKUs, written down by others than those who added the machines up.
  it.each([
    { type: 'a2-highgpu-8g', vcpu: 0.031611, memory: 0.004237, gpu: 2.933908 },
    { type: 'a2-megagpu-16g', vcpu: 0.031611, memory: 0.004237, gpu: 2.933908 },
    { type: 'a2-ultragpu-1g', vcpu: 0.031611, memory: 0.004237, gpu: 3.92808 },
  ])('$type costs what its vCPUs, memory, GPUs and local SSD cost', ({ type, vcpu, memory, gpu }) => {
    const { vcpus, memoryGb, gpus, localSsd } = machineType(type)!;
    const ssd = localSsd.mode === 'bundled' ? localSsd.count * localSsd.sizeGib : 0;

    const parts =
      vcpus! * vcpu + memoryGb! * memory + gpus * gpu + (ssd * storagePrices['local-ssd']!.usd) / hoursPerMonth;

    expect(machinePrices[type]?.onDemand?.usd).toBeCloseTo(parts, 5);
  });
});
