import type {
  ComputeInstanceTemplateReservationAffinity,
  ComputeInstanceTemplateScheduling,
} from '@cdktf/provider-google/lib/compute-instance-template/index.js';

import type { MachineType } from '../../src/catalog/machine-types.ts';
import { onHostMaintenance } from '../../src/catalog/scheduling.ts';
import type { ClusterOptions } from '../cluster-input.ts';
import type { Cluster } from './cluster.ts';

/** When and on what terms the machines run. */
export interface Schedule {
  scheduling: ComputeInstanceTemplateScheduling;
  reservationAffinity?: ComputeInstanceTemplateReservationAffinity;
  /** Seconds after which Google deletes a machine. */
  maxRunSeconds?: number;
}

// Families of which a reservation is consumed by a model of its own:
// https://cloud.google.com/compute/docs/instances/provisioning-models
const reservationBound = ['a3-ultragpu', 'a4-highgpu', 'a4x-highgpu', 'a4x-maxgpu'];

/** The terms for PROVISIONING_MODEL, RESERVATION_NAME and MAX_RUN_DURATION. */
export function machineSchedule({ input, variables }: Cluster): Schedule {
  const { options, machine } = input;
  const model = provisioningModel(options, machine);
  if (model === 'FLEX_START' && options.maxRunSeconds === undefined) throw new Error('flex-start needs a run duration');
  const text = 'Seconds until Google deletes a machine.';
  const maxRunSeconds =
    options.maxRunSeconds === undefined ? undefined : variables.number('max_run_seconds', options.maxRunSeconds, text);
  // A machine that may be taken away at any time, or is bound to its host, is never moved.
  const movable = model === 'STANDARD' && !machine.bareMetal;
  return {
    maxRunSeconds,
    scheduling: {
      provisioningModel: model,
      preemptible: model === 'SPOT',
      onHostMaintenance: movable ? onHostMaintenance(options.gpuCount) : 'TERMINATE',
      // After a crash of its host; not to be had for a machine whose time is limited.
      automaticRestart: (model === 'STANDARD' || model === 'RESERVATION_BOUND') && maxRunSeconds === undefined,
      instanceTerminationAction: model === 'STANDARD' && maxRunSeconds === undefined ? undefined : 'DELETE',
      maxRunDuration: maxRunSeconds === undefined ? undefined : { seconds: maxRunSeconds },
    },
    reservationAffinity: reservationAffinity(options, variables),
  };
}

function provisioningModel({ provisioningModel }: ClusterOptions, { family }: MachineType) {
  if (provisioningModel === 'spot') return 'SPOT';
  if (provisioningModel === 'flex-start') return 'FLEX_START';
  return provisioningModel === 'reservation' && reservationBound.includes(family) ? 'RESERVATION_BOUND' : 'STANDARD';
}

function reservationAffinity(
  { provisioningModel, reservationName }: ClusterOptions,
  variables: Cluster['variables'],
): ComputeInstanceTemplateReservationAffinity | undefined {
  // Flex-start machines come from a pool of their own, and Google wants that said.
  if (provisioningModel === 'flex-start') return { type: 'NO_RESERVATION' };
  if (provisioningModel !== 'reservation') return undefined;
  if (!reservationName) throw new Error('the reservation has no name');
  const name = variables.text('reservation', reservationName, 'Reservation that the machines use.');
  return {
    type: 'SPECIFIC_RESERVATION',
    specificReservation: { key: 'compute.googleapis.com/reservation-name', values: [name] },
  };
}
