import type { Provenance } from './sources.ts';

/** Machine types without GPUs, which follow a rule: `<series>-<shape>-<vCPUs>`. They make cheap trials possible. */
export interface CpuMachineSeries extends Provenance {
  series: string;
  /** vCPU counts and GB of memory for each vCPU, by shape. */
  shapes: Readonly<Record<string, { vcpus: readonly number[]; memoryGbPerVcpu: number }>>;
  localSsds: readonly number[];
  bootDiskTypes: readonly string[];
  defaultBootDiskType: string;
  /** 0 = has no compact placement; null = no source says. */
  compactPlacementMaxVms: number | null;
  /** GPUs can be attached (see n1-gpus.ts). */
  attachableGpus?: true;
}

const persistentDisks = ['pd-standard', 'pd-balanced', 'pd-ssd'];
const n1Sizes = [2, 4, 8, 16, 32, 64, 96];
const n2Sizes = [2, 4, 8, 16, 32, 48, 64, 80, 96];
const c3Sizes = [4, 8, 22, 44, 88, 176];

/** The general-purpose series that are known here. */
export const cpuMachineSeries: readonly CpuMachineSeries[] = [
  {
    series: 'n1',
    shapes: {
      standard: { vcpus: [1, ...n1Sizes], memoryGbPerVcpu: 3.75 },
      highmem: { vcpus: n1Sizes, memoryGbPerVcpu: 6.5 },
      highcpu: { vcpus: n1Sizes, memoryGbPerVcpu: 0.9 },
    },
    localSsds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24],
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    compactPlacementMaxVms: 0,
    attachableGpus: true,
    sources: ['DOC-n1', 'GKE-CA'],
    confidence: 'high',
  },
  {
    series: 'e2',
    shapes: {
      standard: { vcpus: [2, 4, 8, 16, 32], memoryGbPerVcpu: 4 },
      highmem: { vcpus: [2, 4, 8, 16], memoryGbPerVcpu: 8 },
      highcpu: { vcpus: [2, 4, 8, 16, 32], memoryGbPerVcpu: 1 },
    },
    localSsds: [0],
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    compactPlacementMaxVms: 0,
    sources: ['DOC-e2'],
    confidence: 'medium',
  },
  {
    series: 'n2',
    shapes: {
      standard: { vcpus: [...n2Sizes, 128], memoryGbPerVcpu: 4 },
      highmem: { vcpus: n2Sizes, memoryGbPerVcpu: 8 },
      highcpu: { vcpus: n2Sizes, memoryGbPerVcpu: 1 },
    },
    localSsds: [0, 1, 2, 4, 8, 16, 24],
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    compactPlacementMaxVms: null,
    sources: ['DOC-n2'],
    confidence: 'medium',
    unconfirmed: ['fewest local SSDs of the larger sizes', 'most machines in one compact placement'],
  },
  {
    series: 'c3',
    shapes: {
      standard: { vcpus: c3Sizes, memoryGbPerVcpu: 4 },
      highmem: { vcpus: c3Sizes, memoryGbPerVcpu: 8 },
      highcpu: { vcpus: c3Sizes, memoryGbPerVcpu: 2 },
    },
    localSsds: [0],
    bootDiskTypes: ['pd-balanced', 'pd-ssd', 'hyperdisk-balanced'],
    defaultBootDiskType: 'pd-balanced',
    compactPlacementMaxVms: null,
    sources: ['DOC-c3'],
    confidence: 'medium',
    unconfirmed: ['most machines in one compact placement'],
  },
];
