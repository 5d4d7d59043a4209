import type { MachineType } from '../catalog/machine-types.ts';
import { networkProfile } from '../catalog/network-profiles.ts';
import type { Findings } from './findings.ts';
import { orList, resolveGpus } from './resolve-gpus.ts';
import type { Gpus } from './resolve-gpus.ts';
import type { TableValues } from './table.ts';

/** What one machine has. */
export interface Machine extends Gpus {
  diskType: string;
  localSsdCount: number;
  networkConfig: 'default_network' | 'new_network' | 'multi_nic_network';
}

/** Settles GPUs, boot disk, local SSDs and networks by the facts of the machine type. */
export function resolveMachine(values: TableValues, facts: MachineType, findings: Findings): Machine {
  return {
    ...resolveGpus(values, facts, findings),
    diskType: diskType(values, facts, findings),
    localSsdCount: localSsdCount(values, facts, findings),
    networkConfig: networkConfig(values, facts, findings),
  };
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
