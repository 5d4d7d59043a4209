import { attachableCounts, attachableGpus, machineType, machineTypeNames } from '../catalog/machine-types.ts';
import type { MachineType } from '../catalog/machine-types.ts';
import { counted } from '../core/count.ts';
import { suggest } from '../core/suggest.ts';
import type { Findings } from './findings.ts';
import type { TableValues } from './table.ts';

/** The GPUs of one machine. */
export interface Gpus {
  /** As the machine counts them: a part of a GPU is one. */
  gpuCount: number;
  acceleratorType?: string;
}

/** Settles the GPUs: most machine types bring theirs along, n1 machines are given some. */
export function resolveGpus(values: TableValues, facts: MachineType, findings: Findings): Gpus {
  return facts.guestAccelerator === 'required'
    ? chosenGpus(values, facts, findings)
    : impliedGpus(values, facts, findings);
}

function impliedGpus({ gpuCount, acceleratorType }: TableValues, facts: MachineType, { complain }: Findings): Gpus {
  const carried = Math.ceil(facts.gpus);
  if (gpuCount !== undefined && gpuCount !== carried) {
    const other = sameFamilyWith(gpuCount, facts);
    const reason = `${facts.name} carries ${countOf(carried)}, not ${gpuCount}`;
    complain('gpuCount', ['vmType'], reason, other && `VM_TYPE=${other}`);
  }
  if (acceleratorType !== undefined && acceleratorType !== facts.acceleratorType) {
    const reason = `${facts.name} carries ${facts.acceleratorType ?? 'no GPUs'}, not ${acceleratorType}`;
    complain('acceleratorType', ['vmType'], reason);
  }
  return { gpuCount: carried, ...(facts.acceleratorType === null ? {} : { acceleratorType: facts.acceleratorType }) };
}

function chosenGpus({ gpuCount, acceleratorType }: TableValues, facts: MachineType, { complain }: Findings): Gpus {
  const offered = attachableGpus(facts).filter((gpu) => !gpu.retired);
  const names = offered.map((gpu) => gpu.acceleratorType);
  if (acceleratorType === undefined) {
    const reason = `is not given, and GPU_COUNT=${gpuCount} on ${facts.name} needs it: ${orList(names)}`;
    if (gpuCount) complain('acceleratorType', ['gpuCount', 'vmType'], reason);
    return { gpuCount: 0 };
  }
  const gpu = attachableGpus(facts).find((candidate) => candidate.acceleratorType === acceleratorType);
  if (!gpu || gpu.retired) {
    const why = gpu ? 'was retired by Google' : 'cannot be attached';
    const reason = `'${acceleratorType}' ${why}; ${facts.name} takes ${orList(names)}`;
    complain('acceleratorType', ['vmType'], reason, gpu ? undefined : suggest(acceleratorType, names));
    return { gpuCount: 0 };
  }
  const counts = attachableCounts(facts, gpu);
  if (counts.length === 0) {
    const most = Math.max(...Object.values(gpu.maxVcpus));
    complain('vmType', ['acceleratorType'], `${facts.name} has too many vCPUs for ${acceleratorType}: ${most} at most`);
  } else if (gpuCount !== undefined && !counts.includes(gpuCount)) {
    const reason = `${facts.name} takes ${orList(counts)} of ${acceleratorType}, not ${gpuCount}`;
    complain('gpuCount', ['vmType', 'acceleratorType'], reason);
  }
  return { gpuCount: gpuCount ?? counts[0] ?? 0, acceleratorType };
}

function sameFamilyWith(count: number, facts: MachineType): string | undefined {
  return machineTypeNames().find((name) => {
    const other = machineType(name);
    return other?.family === facts.family && Math.ceil(other.gpus) === count && !name.endsWith('-nolssd');
  });
}

function countOf(count: number): string {
  if (count === 0) return 'no GPUs';
  return counted(count, 'GPU');
}

/** `1, 2 or 4`. */
export function orList(words: readonly (string | number)[]): string {
  const before = words.slice(0, -1);
  const last = words.slice(-1).join('');
  return before.length === 0 ? last : `${before.join(', ')} or ${last}`;
}
