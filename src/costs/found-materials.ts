import { machineType } from '../catalog/machine-types.ts';
import type { Disk } from '../google/compute-disks.ts';
import { lastPart } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import type { Share } from '../google/filestore.ts';
import type { MachineUse, Materials, Model } from './materials.ts';

/** What there is of one deployment, as Google lists it. */
interface Found {
  region: string;
  instances: readonly Instance[];
  disks: readonly Disk[];
  shares: readonly Share[];
  /** Its machines reach the internet through its own Cloud NAT. */
  nat: boolean;
}

// Google does not bill machines that are off, but their disks.
const off = new Set(['STOPPED', 'TERMINATED', 'SUSPENDED']);

/** What costs money of what is there at `now` (milliseconds), and for how many hours it has. */
export function foundMaterials({ region, instances, disks, shares, nat }: Found, now: number): Materials {
  const uses = instances.map((instance) => ({ ...useOf(instance), ...lifeOf(instance, now) }));
  const outside = instances.map(({ networkInterfaces: [nic] }) => nic?.accessConfigs.some(({ natIP }) => natIP));
  return {
    region,
    machines: [...Map.groupBy(uses, kindOf).values()].flatMap(([first, ...others]) =>
      first ? [{ ...first, ...together([first, ...others]) }] : [],
    ),
    disks: [...Map.groupBy(disks, ({ type, sizeGb }) => `${lastPart(type)} ${sizeGb}`).values()].flatMap((alike) => {
      const [{ type, sizeGb } = { type: '', sizeGb: 0 }] = alike;
      const hours = alike.reduce((sum, disk) => sum + hoursSince(disk.creationTimestamp, now), 0);
      return [{ type: lastPart(type), sizeGb, count: alike.length, hours }];
    }),
    shares: shares.map(({ tier, fileShares, createTime }) => ({
      tier,
      sizeGb: fileShares.reduce((sum, { capacityGb }) => sum + capacityGb, 0),
      count: 1,
      hours: hoursSince(createTime, now),
    })),
    addresses: together(uses.filter((_, place) => outside[place])),
    natMachines: together(uses.filter((_, place) => nat && !outside[place])),
  };
}

function useOf(instance: Instance): Omit<MachineUse, 'count' | 'hours'> {
  const type = lastPart(instance.machineType);
  const machine = machineType(type);
  const [gpu] = machine?.guestAccelerator === 'required' ? instance.guestAccelerators : [];
  const scratch = instance.disks.filter((disk) => disk.type === 'SCRATCH').map(({ diskSizeGb }) => diskSizeGb);
  return {
    type,
    model: modelOf(instance),
    ...(gpu ? { gpu: { type: lastPart(gpu.acceleratorType), count: gpu.acceleratorCount } } : {}),
    localSsdGb: machine?.localSsd.mode === 'bundled' ? 0 : scratch.reduce((sum, size) => sum + size, 0),
  };
}

function modelOf({ scheduling }: Instance): Model {
  if (scheduling?.provisioningModel === 'SPOT' || scheduling?.preemptible) return 'spot';
  if (scheduling?.provisioningModel === 'FLEX_START') return 'flex-start';
  return scheduling?.provisioningModel === 'RESERVATION_BOUND' ? 'reservation' : 'standard';
}

/** Whether a machine costs money now, and for how many hours it has. */
function lifeOf(instance: Instance, now: number): { count: number; hours: number } {
  const { creationTimestamp = '', lastStopTimestamp, status } = instance;
  const end = off.has(status) ? Date.parse(lastStopTimestamp ?? '') || now : now;
  return { count: off.has(status) ? 0 : 1, hours: hoursSince(creationTimestamp, end) };
}

function hoursSince(start: string, end: number): number {
  const from = Date.parse(start);
  return Number.isNaN(from) ? 0 : Math.max(0, end - from) / 3_600_000;
}

function together(counts: readonly { count: number; hours: number }[]): { count: number; hours: number } {
  return counts.reduce((sum, { count, hours }) => ({ count: sum.count + count, hours: sum.hours + hours }), {
    count: 0,
    hours: 0,
  });
}

function kindOf({ type, model, gpu, localSsdGb }: MachineUse): string {
  return [type, model, gpu?.type, gpu?.count, localSsdGb].join(' ');
}
