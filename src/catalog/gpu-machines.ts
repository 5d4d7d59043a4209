import type { Provenance } from './sources.ts';

/** One machine type of a group: only what differs between the sizes. */
interface Size {
  name: string;
  /** GPUs of one machine; a fraction where several machines share one GPU. */
  gpus: number;
  vcpus: number | null;
  memoryGb: number | null;
  /** Numbers of local SSDs it may have. Bundled: the one number that comes with the machine. */
  localSsds: readonly number[];
}

/** Machine types of one series that share every fact but their size. */
export interface GpuMachineGroup extends Provenance {
  family: string;
  acceleratorType: string;
  arch: 'amd64' | 'arm64';
  bareMetal?: true;
  /** bundled = comes with the machine whether asked for or not. */
  localSsd: { mode: 'bundled' | 'optional'; sizeGib: number };
  /** What Google accepts as boot disk, and what it takes when none is named. */
  bootDiskTypes: readonly string[];
  defaultBootDiskType: string;
  networkProfile: string;
  /** Most machines in one compact placement policy; null = no source says. */
  compactPlacementMaxVms: number | null;
  /** Machines that share one NVLink switch must carry this accelerator topology. */
  nvlinkDomain?: { topology: string; maxVms: number };
  /** The `-nolssd` sizes exist too: the same shape without local SSD. */
  nolssd?: readonly string[];
  sizes: readonly Size[];
}

const persistentDisks = ['pd-standard', 'pd-balanced', 'pd-ssd'];
const h100Disks = ['pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];
const hyperdisk = ['hyperdisk-balanced'];

const a2Unconfirmed = ['hyperdisk as boot disk', 'whether pd-extreme may be attached'];
const memoryByRule = 'memory: by the rule of 4 GB for each vCPU, not read from a table';

/** Every machine type of Google Cloud that comes with GPUs. */
export const gpuMachineGroups: readonly GpuMachineGroup[] = [
  {
    family: 'a2-highgpu',
    acceleratorType: 'nvidia-tesla-a100',
    arch: 'amd64',
    localSsd: { mode: 'optional', sizeGib: 375 },
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    networkProfile: 'single',
    compactPlacementMaxVms: 150,
    sizes: [
      { name: 'a2-highgpu-1g', gpus: 1, vcpus: 12, memoryGb: 85, localSsds: [0, 1, 2, 4, 8] },
      { name: 'a2-highgpu-2g', gpus: 2, vcpus: 24, memoryGb: 170, localSsds: [0, 2, 4, 8] },
      { name: 'a2-highgpu-4g', gpus: 4, vcpus: 48, memoryGb: 340, localSsds: [0, 4, 8] },
      { name: 'a2-highgpu-8g', gpus: 8, vcpus: 96, memoryGb: 680, localSsds: [0, 8] },
    ],
    sources: ['GKE-CA', 'CT-gpudef', 'XPK'],
    confidence: 'high',
    unconfirmed: a2Unconfirmed,
  },
  {
    family: 'a2-megagpu',
    acceleratorType: 'nvidia-tesla-a100',
    arch: 'amd64',
    localSsd: { mode: 'optional', sizeGib: 375 },
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    networkProfile: 'single',
    compactPlacementMaxVms: 150,
    sizes: [{ name: 'a2-megagpu-16g', gpus: 16, vcpus: 96, memoryGb: 1360, localSsds: [0, 8] }],
    sources: ['GKE-CA', 'CT-gpudef', 'CT-hw'],
    confidence: 'high',
    unconfirmed: a2Unconfirmed,
  },
  {
    family: 'a2-ultragpu',
    acceleratorType: 'nvidia-a100-80gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: persistentDisks,
    defaultBootDiskType: 'pd-standard',
    networkProfile: 'single',
    compactPlacementMaxVms: 150,
    nolssd: ['a2-ultragpu-1g', 'a2-ultragpu-2g', 'a2-ultragpu-4g', 'a2-ultragpu-8g'],
    sizes: [
      { name: 'a2-ultragpu-1g', gpus: 1, vcpus: 12, memoryGb: 170, localSsds: [1] },
      { name: 'a2-ultragpu-2g', gpus: 2, vcpus: 24, memoryGb: 340, localSsds: [2] },
      { name: 'a2-ultragpu-4g', gpus: 4, vcpus: 48, memoryGb: 680, localSsds: [4] },
      { name: 'a2-ultragpu-8g', gpus: 8, vcpus: 96, memoryGb: 1360, localSsds: [8] },
    ],
    sources: ['GKE-CA', 'CT-gpudef', 'DOC-lssd'],
    confidence: 'high',
    unconfirmed: ['default boot disk outside GKE'],
    note: "cluster-toolkit's machine_mappings.json says nvidia-tesla-a100, against its own older table and GKE-CA",
  },
  {
    family: 'a3-highgpu',
    acceleratorType: 'nvidia-h100-80gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: h100Disks,
    defaultBootDiskType: 'pd-balanced',
    networkProfile: 'single',
    compactPlacementMaxVms: 96,
    nolssd: ['a3-highgpu-1g', 'a3-highgpu-2g', 'a3-highgpu-4g'],
    sizes: [
      { name: 'a3-highgpu-1g', gpus: 1, vcpus: 26, memoryGb: 234, localSsds: [2] },
      { name: 'a3-highgpu-2g', gpus: 2, vcpus: 52, memoryGb: 468, localSsds: [4] },
      { name: 'a3-highgpu-4g', gpus: 4, vcpus: 104, memoryGb: 936, localSsds: [8] },
    ],
    sources: ['GKE-CA', 'CT-gpudef', 'CT-hw'],
    confidence: 'medium',
    unconfirmed: [
      'NIC count (taken as 1: nobody attaches further VPCs)',
      'GPUDirect (every tool enables TCPX for the 8g size only)',
      'provisioning models (possibly spot and flex-start only)',
    ],
  },
  {
    family: 'a3-highgpu',
    acceleratorType: 'nvidia-h100-80gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: h100Disks,
    defaultBootDiskType: 'pd-balanced',
    networkProfile: 'a3-high-tcpx',
    compactPlacementMaxVms: 96,
    nolssd: ['a3-highgpu-8g'],
    sizes: [{ name: 'a3-highgpu-8g', gpus: 8, vcpus: 208, memoryGb: 1872, localSsds: [16] }],
    sources: ['GKE-CA', 'CT-gpudirect', 'CT-lssd', 'XPK', 'DS', 'SKY', 'ORIG'],
    confidence: 'high',
  },
  {
    family: 'a3-edgegpu',
    acceleratorType: 'nvidia-h100-80gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: h100Disks,
    defaultBootDiskType: 'pd-balanced',
    networkProfile: 'a3-high-tcpx',
    compactPlacementMaxVms: 96,
    sizes: [{ name: 'a3-edgegpu-8g', gpus: 8, vcpus: 208, memoryGb: 1872, localSsds: [16] }],
    sources: ['GKE-CA', 'DS', 'SKY'],
    confidence: 'medium',
    unconfirmed: ['cluster-toolkit and xpk have no row for it'],
    note: 'SkyPilot and dstack treat it as A3 High for TCPX; GKE-CA bars flex-start',
  },
  {
    family: 'a3-megagpu',
    acceleratorType: 'nvidia-h100-mega-80gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: h100Disks,
    defaultBootDiskType: 'pd-balanced',
    networkProfile: 'a3-mega-tcpxo',
    compactPlacementMaxVms: 96,
    nolssd: ['a3-megagpu-8g'],
    sizes: [{ name: 'a3-megagpu-8g', gpus: 8, vcpus: 208, memoryGb: 1872, localSsds: [16] }],
    sources: ['GKE-CA', 'CT-gpudirect', 'CT-lssd', 'XPK', 'DS', 'ORIG'],
    confidence: 'high',
  },
  {
    family: 'a3-ultragpu',
    acceleratorType: 'nvidia-h200-141gb',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'rdma-8',
    compactPlacementMaxVms: null,
    nolssd: ['a3-ultragpu-8g'],
    sizes: [{ name: 'a3-ultragpu-8g', gpus: 8, vcpus: 224, memoryGb: 2952, localSsds: [32] }],
    sources: ['GKE-CA', 'CT-vm', 'CT-gke', 'CT-lssd', 'XPK'],
    confidence: 'high',
    unconfirmed: ['most machines in one compact placement'],
  },
  {
    family: 'a4-highgpu',
    acceleratorType: 'nvidia-b200',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'rdma-8',
    compactPlacementMaxVms: 1500,
    nolssd: ['a4-highgpu-8g'],
    sizes: [{ name: 'a4-highgpu-8g', gpus: 8, vcpus: 224, memoryGb: 3968, localSsds: [32] }],
    sources: ['GKE-CA', 'CT-vm', 'CT-gke', 'CT-lssd', 'XPK', 'DS'],
    confidence: 'high',
  },
  {
    family: 'a4-highgpu',
    acceleratorType: 'nvidia-b200',
    arch: 'amd64',
    localSsd: { mode: 'bundled', sizeGib: 375 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'rdma-8',
    compactPlacementMaxVms: null,
    sizes: [{ name: 'a4-highgpu-8g-lowmem', gpus: 8, vcpus: null, memoryGb: null, localSsds: [32] }],
    sources: ['CT-gpudef'],
    confidence: 'low',
    unconfirmed: ['everything but its name: taken to be like a4-highgpu-8g'],
  },
  {
    family: 'a4x-highgpu',
    acceleratorType: 'nvidia-gb200',
    arch: 'arm64',
    localSsd: { mode: 'bundled', sizeGib: 3000 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'rdma-4-a4x',
    compactPlacementMaxVms: null,
    nvlinkDomain: { topology: '1x72', maxVms: 18 },
    nolssd: ['a4x-highgpu-4g'],
    sizes: [{ name: 'a4x-highgpu-4g', gpus: 4, vcpus: 140, memoryGb: 884, localSsds: [4] }],
    sources: ['GKE-CA', 'CT-vm', 'CT-gke', 'XPK', 'NV-AICR'],
    confidence: 'high',
  },
  {
    family: 'a4x-maxgpu',
    acceleratorType: 'nvidia-gb300',
    arch: 'arm64',
    bareMetal: true,
    localSsd: { mode: 'bundled', sizeGib: 3000 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'rdma-8-a4x-max-metal',
    compactPlacementMaxVms: null,
    nvlinkDomain: { topology: '1x72', maxVms: 18 },
    sizes: [{ name: 'a4x-maxgpu-4g-metal', gpus: 4, vcpus: 144, memoryGb: 960, localSsds: [4] }],
    sources: ['GKE-CA', 'CT-vm', 'CT-gke', 'NV-AICR'],
    confidence: 'medium',
    unconfirmed: ['NIC type of nic0 outside GKE'],
  },
  {
    family: 'g2-standard',
    acceleratorType: 'nvidia-l4',
    arch: 'amd64',
    localSsd: { mode: 'optional', sizeGib: 375 },
    bootDiskTypes: ['pd-balanced', 'pd-ssd'],
    defaultBootDiskType: 'pd-balanced',
    networkProfile: 'single',
    compactPlacementMaxVms: null,
    sizes: [
      { name: 'g2-standard-4', gpus: 1, vcpus: 4, memoryGb: 16, localSsds: [0, 1] },
      { name: 'g2-standard-8', gpus: 1, vcpus: 8, memoryGb: 32, localSsds: [0, 1] },
      { name: 'g2-standard-12', gpus: 1, vcpus: 12, memoryGb: 48, localSsds: [0, 1] },
      { name: 'g2-standard-16', gpus: 1, vcpus: 16, memoryGb: 64, localSsds: [0, 1] },
      { name: 'g2-standard-24', gpus: 2, vcpus: 24, memoryGb: 96, localSsds: [0, 2] },
      { name: 'g2-standard-32', gpus: 1, vcpus: 32, memoryGb: 128, localSsds: [0, 1] },
      { name: 'g2-standard-48', gpus: 4, vcpus: 48, memoryGb: 192, localSsds: [0, 4] },
      { name: 'g2-standard-96', gpus: 8, vcpus: 96, memoryGb: 384, localSsds: [0, 8] },
    ],
    sources: ['GKE-CA', 'CT-gpudef', 'XPK'],
    confidence: 'high',
    unconfirmed: [memoryByRule],
    note: 'GKE-CA gives g2-standard-24 23 vCPUs; its name and every other tool say 24',
  },
  {
    family: 'g4-standard',
    acceleratorType: 'nvidia-rtx-pro-6000',
    arch: 'amd64',
    localSsd: { mode: 'optional', sizeGib: 375 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'single',
    compactPlacementMaxVms: null,
    sizes: [
      { name: 'g4-standard-6', gpus: 1 / 8, vcpus: 6, memoryGb: null, localSsds: [0] },
      { name: 'g4-standard-12', gpus: 1 / 4, vcpus: 12, memoryGb: null, localSsds: [0, 1] },
      { name: 'g4-standard-24', gpus: 1 / 2, vcpus: 24, memoryGb: null, localSsds: [0, 2] },
    ],
    sources: ['GKE-CA', 'CT-map'],
    confidence: 'low',
    unconfirmed: ['resource name of the shared GPU', 'memory', 'regions'],
  },
  {
    family: 'g4-standard',
    acceleratorType: 'nvidia-rtx-pro-6000',
    arch: 'amd64',
    localSsd: { mode: 'optional', sizeGib: 375 },
    bootDiskTypes: hyperdisk,
    defaultBootDiskType: 'hyperdisk-balanced',
    networkProfile: 'single',
    compactPlacementMaxVms: null,
    sizes: [
      { name: 'g4-standard-48', gpus: 1, vcpus: 48, memoryGb: null, localSsds: [0, 4] },
      { name: 'g4-standard-96', gpus: 2, vcpus: 96, memoryGb: null, localSsds: [0, 8] },
      { name: 'g4-standard-192', gpus: 4, vcpus: 192, memoryGb: null, localSsds: [0, 16] },
      { name: 'g4-standard-384', gpus: 8, vcpus: 384, memoryGb: null, localSsds: [0, 32] },
    ],
    sources: ['GKE-CA', 'CT-hw', 'CT-gke'],
    confidence: 'medium',
    unconfirmed: ['memory', "the second VPC of cluster-toolkit's gke-g4 example (no check asks for it)"],
  },
];
