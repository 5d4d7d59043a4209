import type { MachineType } from '../catalog/machine-types.ts';

/** One SKU by which Google bills a machine, and how much of it one machine has. */
interface MachinePart {
  part: string;
  count: number;
  per: 'hour' | 'month';
}

/**
 * Machine families by the name that their SKUs carry ("A2 Instance Core running in Americas"). A family whose SKUs nobody
 * has written down word for word is not here: it is priced as a whole, from the table.
 */
const skuSeries: Readonly<Record<string, string>> = {
  'a2-highgpu': 'A2',
  'a2-megagpu': 'A2',
  'a2-ultragpu': 'A2',
  'a3-highgpu': 'A3',
  'a3-megagpu': 'A3Plus',
  'g2-standard': 'G2',
  'n1-standard': 'N1 Predefined',
  'n1-highmem': 'N1 Predefined',
  'n1-highcpu': 'N1 Predefined',
  'e2-standard': 'E2',
  'e2-highmem': 'E2',
  'e2-highcpu': 'E2',
  'n2-standard': 'N2',
  'n2-highmem': 'N2',
  'n2-highcpu': 'N2',
  'c3-standard': 'C3',
  'c3-highmem': 'C3',
  'c3-highcpu': 'C3',
};

/** The series that machine SKUs are looked for by. */
export const seriesNames: readonly string[] = [...new Set(Object.values(skuSeries))];

/** What Google adds up for one machine, local SSD that its type bundles among it; `undefined` = not known by its parts. */
export function machineParts(machine: MachineType): MachinePart[] | undefined {
  const { family, vcpus, memoryGb, gpus, acceleratorType, localSsd } = machine;
  const series = skuSeries[family];
  if (series === undefined || vcpus === null || memoryGb === null) return undefined;
  const bundled = localSsd.mode === 'bundled' ? localSsd.count * localSsd.sizeGib : 0;
  return [
    { part: `vcpu ${series}`, count: vcpus, per: 'hour' },
    { part: `memory ${series}`, count: memoryGb, per: 'hour' },
    ...(gpus > 0 ? [{ part: `gpu ${acceleratorType}`, count: gpus, per: 'hour' as const }] : []),
    ...(bundled > 0 ? [{ part: 'disk local-ssd', count: bundled, per: 'month' as const }] : []),
  ];
}
