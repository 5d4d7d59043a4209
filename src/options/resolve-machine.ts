import { attachableCounts, attachableGpus, machineType, machineTypeNames } from '../catalog/machine-types.ts';
import type { MachineType } from '../catalog/machine-types.ts';
import { networkProfile } from '../catalog/network-profiles.ts';
import { suggest } from '../core/suggest.ts';
import type { Findings } from './findings.ts';
import type { TableValues } from './table.ts';

/** What one machine has. */
export interface Machine {
  /** As the machine counts them: a part of a GPU is one. */
  gpuCount: number;
  acceleratorType?: string;
  diskType: string;
  localSsdCount: number;
  networkConfig: 'default_network' | 'new_network' | 'multi_nic_network';
}

/** Settles GPUs, boot disk, local SSDs and networks by the facts of the machine type. */
export function resolveMachine(values: TableValues, facts: MachineType, findings: Findings): Machine {
  return {
    ...(facts.guestAccelerator === 'required'
      ? chosenGpus(values, facts, findings)
      : impliedGpus(values, facts, findings)),
    diskType: diskType(values, facts, findings),
    localSsdCount: localSsdCount(values, facts, findings),
    networkConfig: networkConfig(values, facts, findings),
  };
}

type Gpus = Pick<Machine, 'gpuCount' | 'acceleratorType'>;

function impliedGpus({ gpuCount, acceleratorType }: TableValues, facts: MachineType, { complain }: Findings): Gpus {
  const carried = Math.ceil(facts.gpus);
  if (gpuCount !== undefined && gpuCount !== carried) {
    const other = sameFamilyWith(gpuCount, facts);
    const reason = `${facts.name} carries ${gpus(carried)}, not ${gpuCount}`;
    complain('gpuCount', ['vmType'], reason, other && `VM_TYPE=${other}`);
  }
  if (acceleratorType !== undefined && acceleratorType !== facts.acceleratorType) {
    complain(
      'acceleratorType',
      ['vmType'],
      `${facts.name} carries ${facts.acceleratorType ?? 'no GPUs'}, not ${acceleratorType}`,
    );
  }
  return { gpuCount: carried, ...(facts.acceleratorType === null ? {} : { acceleratorType: facts.acceleratorType }) };
}

function chosenGpus({ gpuCount, acceleratorType }: TableValues, facts: MachineType, { complain }: Findings): Gpus {
  const known = attachableGpus(facts).filter((gpu) => !gpu.retired);
  const names = known.map((gpu) => gpu.acceleratorType);
  if (acceleratorType === undefined) {
    if (gpuCount) {
      complain(
        'acceleratorType',
        ['gpuCount', 'vmType'],
        `is not given, and GPU_COUNT=${gpuCount} on ${facts.name} needs it: one of ${names.join(', ')}`,
      );
    }
    return { gpuCount: 0 };
  }
  const gpu = known.find((candidate) => candidate.acceleratorType === acceleratorType);
  if (!gpu) {
    const reason = `'${acceleratorType}' cannot be attached to ${facts.name}, only one of ${names.join(', ')}`;
    complain('acceleratorType', ['vmType'], reason, suggest(acceleratorType, names));
    return { gpuCount: 0 };
  }
  const [least = 0, ...more] = attachableCounts(facts, gpu);
  const counts = [least, ...more];
  if (least === 0) {
    const most = Math.max(...Object.values(gpu.maxVcpus));
    complain('vmType', ['acceleratorType'], `${facts.name} has too many vCPUs for ${acceleratorType}: ${most} at most`);
  } else if (gpuCount !== undefined && !counts.includes(gpuCount)) {
    complain(
      'gpuCount',
      ['vmType', 'acceleratorType'],
      `${facts.name} takes ${orList(counts)} of ${acceleratorType}, not ${gpuCount}`,
    );
  }
  return { gpuCount: gpuCount ?? least, acceleratorType };
}

function diskType({ diskType: given }: TableValues, facts: MachineType, { complain }: Findings): string {
  if (given !== undefined && !facts.bootDiskTypes.includes(given)) {
    complain('diskType', ['vmType'], `${facts.name} boots from ${orList(facts.bootDiskTypes)}, not from ${given}`);
  }
  const usual = ['pd-ssd', 'hyperdisk-balanced'].find((type) => facts.bootDiskTypes.includes(type));
  return given ?? usual ?? facts.defaultBootDiskType;
}

function localSsdCount({ localSsdCount: given }: TableValues, facts: MachineType, { complain }: Findings): number {
  const { allowedCounts, count, mode } = facts.localSsd;
  if (given !== undefined && !allowedCounts.includes(given)) {
    complain(
      'localSsdCount',
      ['vmType'],
      `${facts.name} ${mode === 'bundled' ? 'comes with' : 'takes'} ${orList(allowedCounts)}, not ${given}`,
    );
  }
  return given ?? count;
}

function networkConfig(
  { networkConfig: given }: TableValues,
  facts: MachineType,
  { complain }: Findings,
): Machine['networkConfig'] {
  const profile = networkProfile(facts.networkProfile);
  if (given === 'multi_nic_network' && profile.nics.length === 1) {
    complain('networkConfig', ['vmType'], `${facts.name} has one network interface only; use new_network`);
  }
  return given ?? (profile.gpudirect === null ? 'new_network' : 'multi_nic_network');
}

function sameFamilyWith(count: number, facts: MachineType): string | undefined {
  return machineTypeNames().find((name) => {
    const other = machineType(name);
    return other?.family === facts.family && Math.ceil(other.gpus) === count && !name.endsWith('-nolssd');
  });
}

function gpus(count: number): string {
  if (count === 0) return 'no GPUs';
  return count === 1 ? '1 GPU' : `${count} GPUs`;
}

function orList(words: readonly (string | number)[]): string {
  const before = words.slice(0, -1);
  const last = words.slice(-1).join('');
  return before.length === 0 ? last : `${before.join(', ')} or ${last}`;
}
