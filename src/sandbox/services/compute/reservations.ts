import * as z from 'zod';

import { method } from './call.ts';
import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import { machineSpecIn } from './machine-specs.ts';
import { nameOf, pathOfLink, zonePath } from './path.ts';
import { invalidValue } from './refusals.ts';
import { reservationUse } from './reservation-use.ts';
import { change, resourcePath } from './operate.ts';
import { find, parseBody, ResourceName } from './resource.ts';

const Reservation = z.looseObject({
  name: ResourceName,
  specificReservation: z.looseObject({
    count: z.coerce.number().int().min(1),
    instanceProperties: z.looseObject({ machineType: z.string() }),
  }),
});

const Size = z.looseObject({ specificSkuCount: z.coerce.number().int().min(1) });

const shape = collection({
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

/** https://cloud.google.com/compute/docs/reference/rest/v1/reservations */
export const reservations: Part = {
  ...shape,
  routes: {
    ...shape.routes,
    'POST /compute/v1/projects/{project}/zones/{zone}/reservations/{name}/resize': method(
      'compute.reservations.resize',
      (call) => {
        const reservation = find(call.store, 'reservations', resourcePath(call, 'reservations'));
        const count = String(parseBody(Size, call.request.body).specificSkuCount);
        const specificReservation = { ...(reservation['specificReservation'] as object), count, assuredCount: count };
        return change(call, 'reservations', reservation, 'resize', { specificReservation });
      },
    ),
  },
};
