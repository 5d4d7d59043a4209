import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { getReservation } from '../google/compute-facts.ts';
import type { Check } from './check.ts';

/** Does the reservation exist in the zone, is it for this machine type, and has it enough machines left? */
export const reservation: Check = {
  name: 'reservation',
  ofZone: true,
  summary: 'RESERVATION_NAME exists, is for VM_TYPE, and has enough machines left',
  async ask({ options, http, existing }) {
    const { projectId, reservationName, vmType, instanceCount } = options;
    if (reservationName === undefined) return 'none asked for';
    const [zone = ''] = options.zones;
    const { owner, name } = reservationPlace(reservationName, projectId);
    const found = await getReservation(http, owner, zone, name);
    const refuse = (reason: string) => fail('RESERVATION_UNFIT', { reservation: reservationName, zone, reason });
    if (!found) throw refuse('there is no reservation of that name in the zone');
    const { specificReservation: specific } = found;
    const type = specific?.instanceProperties?.machineType;
    if (type !== undefined && type !== vmType) throw refuse(`it is for ${type}, not for ${vmType}`);
    if (specific) {
      const free = specific.count - specific.inUseCount;
      const needed = instanceCount - existing;
      if (free < needed)
        throw refuse(
          `it must have room for ${counted(needed, 'machine')}, and ${free} of its ${specific.count} are free`,
        );
    }
    return `${name} fits`;
  },
};

/** A reservation that another project shares is named `projects/<project>/reservations/<name>`. */
export function reservationPlace(reservation: string, project: string): { owner: string; name: string } {
  const [, owner = project, name = reservation] = /^projects\/([^/]+)\/reservations\/([^/]+)$/.exec(reservation) ?? [];
  return { owner, name };
}
