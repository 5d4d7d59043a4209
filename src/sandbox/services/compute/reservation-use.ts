import { OperationError } from '../../operation-error.ts';
import type { Store } from '../../service.ts';
import type { Site } from './call.ts';
import type { Instance } from './instance.ts';
import type { InstancePlan } from './instance-plan.ts';
import { nameOf } from './path.ts';

interface Affinity {
  consumeReservationType?: string;
  values?: string[];
}

/** Why a machine that asks for one reservation does not fit into it; `undefined` when it fits or asks for none. */
export function takeReserved({ store, project }: Site, zone: string, plan: InstancePlan): OperationError | undefined {
  const name = wantedReservation(plan.reservationAffinity);
  if (name === undefined) return undefined;
  const parent = `projects/${project.projectId}/zones/${zone}`;
  const reservation = store.get<Reservation>('reservations', `${parent}/reservations/${name}`);
  if (!reservation) {
    return new OperationError(
      'RESOURCE_NOT_FOUND',
      `The resource '${parent}/reservations/${name}' was not found`,
      [],
      404,
    );
  }
  const { count, instanceProperties } = reservation.specificReservation;
  const fits = nameOf(instanceProperties?.machineType ?? plan.machineType) === plan.machineType;
  if (fits && reservationUse(store, parent, name) < Number(count)) return undefined;
  return new OperationError(
    'UNSUPPORTED_OPERATION',
    `Specified reservations [${name}] do not have available resources for the request.`,
  );
}

/** How many machines of a zone are in a reservation. */
export function reservationUse(store: Store, parent: string, name: string): number {
  return store
    .list<Instance & { reservationAffinity?: Affinity }>('instances', `${parent}/instances/`)
    .filter(
      ({ reservationAffinity, status }) => status !== 'TERMINATED' && wantedReservation(reservationAffinity) === name,
    ).length;
}

interface Reservation {
  specificReservation: { count: string; instanceProperties?: { machineType?: string } };
}

function wantedReservation(affinity: Affinity | undefined): string | undefined {
  const name = affinity?.consumeReservationType === 'SPECIFIC_RESERVATION' ? affinity.values?.[0] : undefined;
  return name === undefined ? undefined : nameOf(name);
}
