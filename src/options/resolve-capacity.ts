import type { MachineType } from '../catalog/machine-types.ts';
import { compactPlacement, compactPlacementLimit, hasCompactFlexStart, hasFlexStart } from '../catalog/scheduling.ts';
import { counted } from '../core/count.ts';
import type { Findings } from './findings.ts';
import type { TableValues } from './table.ts';

/** How the machines are got hold of, and how close together. */
export interface Capacity {
  provisioningModel: 'standard' | 'spot' | 'flex-start' | 'reservation';
  placement: 'compact' | 'none';
}

interface MachineFacts {
  facts: MachineType;
  gpuCount: number;
}

/** Settles the provisioning model and the placement. */
export function resolveCapacity(values: TableValues, machine: MachineFacts, findings: Findings): Capacity {
  const provisioningModel = resolveModel(values, machine, findings);
  return { provisioningModel, placement: resolvePlacement(values, provisioningModel, machine.facts, findings) };
}

function resolveModel(
  values: TableValues,
  { facts, gpuCount }: MachineFacts,
  { complain }: Findings,
): Capacity['provisioningModel'] {
  const { provisioningModel: given, reservationName, zones = [] } = values;
  const model = given ?? (reservationName === undefined ? 'standard' : 'reservation');
  if (reservationName !== undefined && model !== 'reservation') {
    complain(
      'provisioningModel',
      ['reservationName'],
      `${model} and RESERVATION_NAME exclude each other; leave one out`,
    );
  }
  if (reservationName === undefined && model === 'reservation') {
    complain('reservationName', ['provisioningModel'], 'is not given, and PROVISIONING_MODEL=reservation needs it');
  }
  if (model === 'reservation' && zones.length > 1) {
    complain('zones', ['reservationName'], 'a reservation is in one zone; give that one alone');
  }
  if (model === 'flex-start' && gpuCount === 0) {
    complain(
      'provisioningModel',
      ['vmType', 'acceleratorType', 'gpuCount'],
      `flex-start is for machines with GPUs, and ${facts.name} has none`,
    );
  } else if (model === 'flex-start' && !hasFlexStart(facts)) {
    complain('provisioningModel', ['vmType'], `${facts.name} cannot be had with flex-start`);
  }
  return model;
}

function resolvePlacement(
  { placement: given, instanceCount }: TableValues,
  model: Capacity['provisioningModel'],
  facts: MachineType,
  { complain, note }: Findings,
): Capacity['placement'] {
  const limit = compactPlacementLimit(facts);
  const tooMany = instanceCount > limit;
  if (model === 'reservation') {
    if (given === 'compact')
      complain('placement', ['provisioningModel'], 'a reservation brings its own placement; leave PLACEMENT out');
    return 'none';
  }
  if (given === 'none') return 'none';
  if (facts.nvlinkDomain && tooMany) {
    complain(
      'instanceCount',
      ['vmType'],
      `one NVLink domain of ${facts.name} holds ${counted(limit, 'machine')}, not ${instanceCount}`,
    );
  } else if (given === 'compact') {
    if (compactPlacement(facts) === 'no') complain('placement', ['vmType'], `${facts.name} has no compact placement`);
    else if (tooMany)
      complain(
        'placement',
        ['vmType', 'instanceCount'],
        `compact holds ${counted(limit, 'machine')} of ${facts.name}, not ${instanceCount}`,
      );
    if (model === 'flex-start' && !hasCompactFlexStart(facts)) {
      complain('placement', ['vmType', 'provisioningModel'], `${facts.name} cannot be compact with flex-start`);
    }
    return 'compact';
  }
  const possible = compactPlacement(facts) === 'yes' && (model !== 'flex-start' || hasCompactFlexStart(facts));
  if (!possible) return 'none';
  if (tooMany)
    note(`PLACEMENT is none: compact holds ${counted(limit, 'machine')} of ${facts.name}, not ${instanceCount}`);
  return tooMany ? 'none' : 'compact';
}
