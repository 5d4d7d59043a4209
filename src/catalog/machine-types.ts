import { cpuMachineSeries } from './cpu-machines.ts';
import type { CpuMachineSeries } from './cpu-machines.ts';
import { gpuMachineGroups } from './gpu-machines.ts';
import type { GpuMachineGroup } from './gpu-machines.ts';
import { n1Gpus } from './n1-gpus.ts';
import type { AttachableGpu } from './n1-gpus.ts';
import type { Provenance } from './sources.ts';

/** What is known of one machine type. The live API has the last word: see the preflight checks. */
export interface MachineType extends Provenance {
  name: string;
  family: string;
  /** The GPU that comes with it; null = none, or one to choose (n1). */
  acceleratorType: string | null;
  /** GPUs that come with it; a fraction where machines share one, 0 for n1 and for CPU machines. */
  gpus: number;
  vcpus: number | null;
  memoryGb: number | null;
  arch: 'amd64' | 'arm64';
  bareMetal: boolean;
  /** `count` is what one gets without asking. */
  localSsd: { mode: 'bundled' | 'optional'; count: number; allowedCounts: readonly number[]; sizeGib: number };
  bootDiskTypes: readonly string[];
  defaultBootDiskType: string;
  networkProfile: string;
  /** 0 = has no compact placement; null = no source says how many. */
  compactPlacementMaxVms: number | null;
  nvlinkDomain?: { topology: string; maxVms: number };
  /** required = GPUs are attached by an accelerator block (n1); implied = they come with the machine type. */
  guestAccelerator: 'implied' | 'required';
}

const machineTypes: ReadonlyMap<string, MachineType> = new Map(
  [...gpuMachineGroups.flatMap(gpuMachines), ...cpuMachineSeries.flatMap(cpuMachines)].map((machine) => [
    machine.name,
    machine,
  ]),
);

/** The facts of the machine type `name`, or `undefined` when there is none of that name. */
export function machineType(name: string): MachineType | undefined {
  return machineTypes.get(name);
}

/** Every known name: GPU machines first, then n1, then CPU machines. */
export function machineTypeNames(): string[] {
  return [...machineTypes.keys()];
}

/** The GPUs that can be attached to `machine`; empty for every series but n1. */
export function attachableGpus(machine: MachineType): readonly AttachableGpu[] {
  return machine.guestAccelerator === 'required' ? n1Gpus : [];
}

/** How many GPUs of `gpu` the n1 machine may have, in rising order: its vCPUs set a lower limit. */
export function attachableCounts(machine: MachineType, gpu: AttachableGpu): number[] {
  return Object.entries(gpu.maxVcpus)
    .filter(([, most]) => machine.vcpus === null || machine.vcpus <= most)
    .map(([count]) => Number(count));
}

function gpuMachines(group: GpuMachineGroup): MachineType[] {
  const { sizes, nolssd = [], localSsd, bareMetal = false, ...facts } = group;
  const full = sizes.map(({ localSsds, ...size }): MachineType => ({
    ...facts,
    ...size,
    bareMetal,
    localSsd: { ...localSsd, count: localSsds[0] ?? 0, allowedCounts: localSsds },
    guestAccelerator: 'implied',
  }));
  const bare = full
    .filter((machine) => nolssd.includes(machine.name))
    .map((machine): MachineType => ({
      ...machine,
      name: `${machine.name}-nolssd`,
      localSsd: { mode: 'optional', count: 0, allowedCounts: [0], sizeGib: machine.localSsd.sizeGib },
      confidence: 'low',
      unconfirmed: ['use outside GKE: the name is from GKE-CA and XPK'],
    }));
  return [...full, ...bare];
}

function cpuMachines(series: CpuMachineSeries): MachineType[] {
  const { shapes, localSsds, attachableGpus: takesGpus, series: prefix, ...facts } = series;
  return Object.entries(shapes).flatMap(([shape, { vcpus, memoryGbPerVcpu }]) =>
    vcpus.map((count): MachineType => ({
      ...facts,
      name: `${prefix}-${shape}-${count}`,
      family: `${prefix}-${shape}`,
      acceleratorType: null,
      gpus: 0,
      vcpus: count,
      memoryGb: count * memoryGbPerVcpu,
      arch: 'amd64',
      bareMetal: false,
      localSsd: { mode: 'optional', count: 0, allowedCounts: localSsds, sizeGib: 375 },
      networkProfile: 'single',
      guestAccelerator: takesGpus ? 'required' : 'implied',
    })),
  );
}
