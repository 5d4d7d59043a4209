import { expect, it } from 'vitest';

import { estimateCosts } from '../../src/costs/estimate.ts';
import { foundMaterials } from '../../src/costs/found-materials.ts';
import { openPriceBook } from '../../src/costs/price-book.ts';
import type { Instance } from '../../src/google/compute-machines.ts';

const region = 'us-central1';
const now = Date.parse('2026-11-22T12:00:00Z');

function instance(more: Partial<Instance>): Instance {
  return {
    name: 'demo-vm-0000',
    zone: 'us-central1-a',
    status: 'RUNNING',
    machineType: 'https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/machineTypes/n1-standard-4',
    labels: {},
    networkInterfaces: [{ networkIP: '10.0.0.2', accessConfigs: [] }],
    guestAccelerators: [],
    serviceAccounts: [],
    disks: [],
    creationTimestamp: '2026-11-22T02:00:00.000-08:00',
    ...more,
  };
}

it('counts what runs now by the hour, and what each machine, disk and share has cost since it was made', () => {
  const instances = [
    // Two hours old, with two GPUs and a local SSD.
    instance({
      guestAccelerators: [
        { acceleratorType: 'projects/p/zones/z/acceleratorTypes/nvidia-tesla-t4', acceleratorCount: 2 },
      ],
      disks: [
        { type: 'PERSISTENT', diskSizeGb: 100 },
        { type: 'SCRATCH', diskSizeGb: 375 },
      ],
    }),
    // Made five hours ago, off for three of them.
    instance({
      name: 'demo-vm-0001',
      status: 'TERMINATED',
      creationTimestamp: '2026-11-22T07:00:00Z',
      lastStopTimestamp: '2026-11-22T09:00:00Z',
      scheduling: { provisioningModel: 'SPOT' },
    }),
  ];
  const disks = [
    { name: 'd', sizeGb: 100, type: 'zones/z/diskTypes/pd-ssd', labels: {}, creationTimestamp: '2026-11-22T10:00:00Z' },
  ];

  const materials = foundMaterials({ region, instances, disks, shares: [], nat: true }, now);
  const { lines, perHour, spent } = estimateCosts(materials, openPriceBook(region));

  // 4 × 0.031611 + 15 × 0.004237; 2 × 0.35; 375 × 0.08 / 730; 100 × 0.17 / 730; 0.0014; 0.005.
  expect(lines.map((line) => [line.what, line.count, line.perHour])).toEqual([
    ['n1-standard-4, on demand', 1, 0.19],
    ['nvidia-tesla-t4, on demand', 2, 0.7],
    ['local SSD', 375, 0.0411],
    ['boot disks, pd-ssd', 100, 0.0233],
    ['Cloud NAT', 1, 0.0014],
    ['address of Cloud NAT', 1, 0.005],
  ]);
  expect(perHour).toBe(0.9608);
  // Two hours of 0.189999 + 0.7 + 0.041096 + 0.023288, two spot hours of 0.06701, four of Cloud NAT at 0.0014.
  expect(spent).toBe(2.0484);
});

it('counts external addresses instead of Cloud NAT, and the GB of a share', () => {
  const outside = instance({ networkInterfaces: [{ networkIP: '10.0.0.2', accessConfigs: [{ natIP: '34.1.2.3' }] }] });
  const share = {
    name: 's',
    description: '',
    labels: {},
    tier: 'BASIC_HDD',
    createTime: '2026-11-22T11:00:00Z',
    fileShares: [{ name: 'share', capacityGb: 1024 }],
    networks: [],
  };

  const materials = foundMaterials({ region, instances: [outside], disks: [], shares: [share], nat: true }, now);

  expect(materials).toMatchObject({
    addresses: { count: 1, hours: 2 },
    natMachines: { count: 0 },
    shares: [{ tier: 'BASIC_HDD', sizeGb: 1024, count: 1, hours: 1 }],
  });
});
