import { z } from 'zod';

import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import { machineSpecIn } from './machine-specs.ts';
import { nameOf, pathOfLink, zonePath } from './path.ts';
import { invalidValue } from './refusals.ts';
import { reservationUse } from './reservation-use.ts';
import { ResourceName } from './resource.ts';

const Reservation = z.looseObject({
  name: ResourceName,
  specificReservation: z.looseObject({
    count: z.coerce.number().int().min(1),
    instanceProperties: z.looseObject({ machineType: z.string() }),
  }),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/reservations */
export const reservations: Part = collection({
  collection: 'reservations',
  kind: 'compute#reservation',
  noun: 'reservation',
  scope: 'zone',
  body: Reservation,
  make({ specificReservation, specificReservationRequired }, { scope }) {
    const { machineType } = specificReservation.instanceProperties;
    if (!machineSpecIn(nameOf(scope), nameOf(machineType))) {
      const field = 'resource.specificReservation.instanceProperties.machineType';
      throw invalidValue(
        field,
        machineType,
        `Machine type with name '${machineType}' does not exist in zone '${nameOf(scope)}'.`,
      );
    }
    const count = String(specificReservation.count);
    return {
      specificReservationRequired: specificReservationRequired === true,
      specificReservation: { ...specificReservation, count, inUseCount: '0', assuredCount: count },
      status: 'READY',
    };
  },
  show(reservation, { store }) {
    const parent = zonePath(pathOfLink(reservation.selfLink));
    const inUseCount = String(reservationUse(store, parent, reservation.name));
    return { specificReservation: { ...(reservation['specificReservation'] as object), inUseCount } };
  },
});
