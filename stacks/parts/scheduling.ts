import type {
  ComputeInstanceTemplateReservationAffinity,
  ComputeInstanceTemplateScheduling,
} from '@cdktf/provider-google/lib/compute-instance-template/index.js';

import type { Cluster } from './cluster.ts';

/** When and on what terms the machines run. */
export interface Schedule {
  scheduling: ComputeInstanceTemplateScheduling;
  reservationAffinity?: ComputeInstanceTemplateReservationAffinity;
  /** Seconds after which Google deletes a machine. */
  maxRunSeconds?: number;
}

// Sold for reservations and flex-start only; a reservation of them is consumed by this model alone:
// https://cloud.google.com/compute/docs/instances/provisioning-models
const reservationBound = ['a3-ultragpu', 'a4-highgpu', 'a4x-highgpu', 'a4x-maxgpu'];

/** The terms for PROVISIONING_MODEL and MAX_RUN_DURATION. */
export function machineSchedule(cluster: Cluster): Schedule {
  const { options, machine } = cluster.input;
  const model = options.provisioningModel;
  const bound = model === 'reservation' && reservationBound.includes(machine.family);
  const maxRunSeconds =
    options.maxRunSeconds === undefined
      ? undefined
      : cluster.variables.number('max_run_seconds', options.maxRunSeconds, 'Seconds until Google deletes a machine.');
  if (model === 'flex-start' && maxRunSeconds === undefined) throw new Error('flex-start needs a run duration');
  const spot = model === 'spot';
  return {
    maxRunSeconds,
    scheduling: {
      provisioningModel: spot
        ? 'SPOT'
        : model === 'flex-start'
          ? 'FLEX_START'
          : bound
            ? 'RESERVATION_BOUND'
            : 'STANDARD',
      preemptible: spot,
      // A machine with GPUs cannot move to another host, nor can one on spare capacity or on bare metal.
      onHostMaintenance: options.gpuCount > 0 || spot || machine.bareMetal ? 'TERMINATE' : 'MIGRATE',
      // Google restarts a crashed machine on the same host; not offered where the machine is on borrowed time.
      automaticRestart: (model === 'standard' || model === 'reservation') && maxRunSeconds === undefined,
      instanceTerminationAction: spot || bound || maxRunSeconds !== undefined ? 'DELETE' : undefined,
      maxRunDuration: maxRunSeconds === undefined ? undefined : { seconds: maxRunSeconds },
    },
    reservationAffinity: reservationAffinity(cluster),
  };
}

function reservationAffinity(cluster: Cluster): ComputeInstanceTemplateReservationAffinity | undefined {
  const { options } = cluster.input;
  if (options.provisioningModel === 'flex-start') return { type: 'NO_RESERVATION' };
  if (options.provisioningModel !== 'reservation') return undefined;
  if (!options.reservationName) throw new Error('the reservation has no name');
  const name = cluster.variables.text('reservation', options.reservationName, 'Reservation that the machines use.');
  return {
    type: 'SPECIFIC_RESERVATION',
    specificReservation: { key: 'compute.googleapis.com/reservation-name', values: [name] },
  };
}
