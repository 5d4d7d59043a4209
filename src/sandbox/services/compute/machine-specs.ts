import { machineType, machineTypeNames } from '../../../catalog/machine-types.ts';
import { n1Gpus } from '../../../catalog/n1-gpus.ts';
import { zoneHasAttachable, zoneHasMachineType } from './offers.ts';

/** A machine type as Compute knows it. */
export interface MachineSpec {
  name: string;
  vcpus: number;
  memoryMb: number;
  architecture: 'X86_64' | 'ARM64';
  isSharedCpu: boolean;
  /** GPUs that come with it. */
  accelerator?: { type: string; count: number };
  /** Local SSDs that come with it, in GiB each. */
  bundledSsd: { count: number; sizeGib: number };
  bootDiskTypes: readonly string[];
  defaultBootDiskType: string;
}

const sharedCore: Readonly<Record<string, number>> = {
  'e2-micro': 1,
  'e2-small': 2,
  'e2-medium': 4,
  'f1-micro': 0.6,
  'g1-small': 1.7,
};

/** The machine type called `name`, wherever it is; `undefined` when there is none. */
function machineSpec(name: string): MachineSpec | undefined {
  const memoryGb = sharedCore[name];
  if (memoryGb !== undefined) return sharedSpec(name, memoryGb);
  const known = machineType(name);
  if (!known) return undefined;
  const { gpus, acceleratorType, localSsd } = known;
  return {
    name,
    // Where no source gives a size, four GB for each vCPU is the rule of these families.
    vcpus: known.vcpus ?? 128,
    memoryMb: Math.round((known.memoryGb ?? (known.vcpus ?? 128) * 4) * 1024),
    architecture: known.arch === 'arm64' ? 'ARM64' : 'X86_64',
    isSharedCpu: false,
    ...(acceleratorType !== null && gpus > 0 ? { accelerator: { type: acceleratorType, count: Math.ceil(gpus) } } : {}),
    bundledSsd: { count: localSsd.mode === 'bundled' ? localSsd.count : 0, sizeGib: localSsd.sizeGib },
    bootDiskTypes: known.bootDiskTypes,
    defaultBootDiskType: known.defaultBootDiskType,
  };
}

/** The machine type called `name` in `zone`; `undefined` when the zone has none of them. */
export function machineSpecIn(zone: string, name: string): MachineSpec | undefined {
  return zoneHasMachineType(zone, name) ? machineSpec(name) : undefined;
}

/** All machine types of a zone, in order of name. */
export function machineSpecsIn(zone: string): MachineSpec[] {
  return [...machineTypeNames(), ...Object.keys(sharedCore)].sort().flatMap((name) => machineSpecIn(zone, name) ?? []);
}

/** The accelerators of a zone, each with the most that one machine may have. */
export function acceleratorsIn(zone: string): Map<string, number> {
  const most = new Map<string, number>();
  for (const { accelerator } of machineSpecsIn(zone)) {
    if (accelerator) most.set(accelerator.type, Math.max(accelerator.count, most.get(accelerator.type) ?? 0));
  }
  for (const { acceleratorType, maxVcpus } of n1Gpus) {
    if (zoneHasAttachable(zone, acceleratorType))
      most.set(acceleratorType, Math.max(...Object.keys(maxVcpus).map(Number)));
  }
  return most;
}

function sharedSpec(name: string, memoryGb: number): MachineSpec {
  return {
    name,
    vcpus: name.startsWith('e2') ? 2 : 1,
    memoryMb: Math.round(memoryGb * 1024),
    architecture: 'X86_64',
    isSharedCpu: true,
    bundledSsd: { count: 0, sizeGib: 375 },
    bootDiskTypes: ['pd-standard', 'pd-balanced', 'pd-ssd'],
    defaultBootDiskType: 'pd-standard',
  };
}
