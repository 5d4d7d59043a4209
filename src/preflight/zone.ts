import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { getMachineType, getZone, zonesWithMachineType } from '../google/compute-facts.ts';
import type { Check } from './check.ts';

/** Does each zone of the list exist and offer the machine type, with the GPUs that the catalog says? */
export const zone: Check = {
  name: 'zone',
  ofZone: true,
  summary: 'every zone exists and offers VM_TYPE',
  async ask({ options, http, machine }) {
    const { projectId, vmType } = options;
    const answers = await Promise.all(
      options.zones.map(async (name) => {
        const known = await getZone(http, projectId, name);
        return { name, known, live: known && (await getMachineType(http, projectId, name, vmType)) };
      }),
    );
    for (const { name, known, live } of answers) {
      if (known && live) continue;
      const offers = await zonesWithMachineType(http, projectId, vmType);
      const near = offers.filter((other) => other.startsWith(`${options.region}-`));
      throw fail('ZONE_LACKS_TYPE', {
        zone: name,
        type: vmType,
        why: known ? `zone ${name} does not offer ${vmType}` : `there is no zone ${name}`,
        offers: (near.length > 0 ? near : offers).join(', ') || 'no zone of this project',
      });
    }
    const carried = answers[0]?.live?.accelerators[0];
    if (machine && carried && machine.gpus >= 1 && carried.guestAcceleratorCount !== machine.gpus) {
      throw fail('MACHINE_TYPE_CHANGED', {
        type: vmType,
        live: counted(carried.guestAcceleratorCount, 'GPU'),
        known: machine.gpus,
      });
    }
    return `${vmType} in ${options.zones.join(', ')}`;
  },
};
