import type { MachineType } from '../catalog/machine-types.ts';
import type { Options } from '../options/read.ts';

/** How machines are got hold of, which decides their price. */
export type Model = Options['provisioningModel'];

/** A number of equal things, and for how many hours together they were there, where that is known. */
interface Count {
  count: number;
  hours?: number;
}

/** Machines of one kind. */
export interface MachineUse extends Count {
  type: string;
  model: Model;
  /** GPUs that were attached to each one; those that come with the type are part of it. */
  gpu?: { type: string; count: number };
  /** GB of local SSD that each one asked for, beside what its type bundles. */
  localSsdGb: number;
}

/** What costs money by the hour: as it is planned, or as it was found. */
export interface Materials {
  region: string;
  machines: readonly MachineUse[];
  disks: readonly (Count & { type: string; sizeGb: number })[];
  /** Filestore shares; they stay when the machines have gone. */
  shares: readonly (Count & { tier: string; sizeGb: number })[];
  /** External addresses of machines. */
  addresses: Count;
  /** Machines that reach the internet through our Cloud NAT. */
  natMachines: Count;
}

/** What a cluster of these options costs money for. */
export function plannedMaterials(options: Options, machine: MachineType): Materials {
  const { instanceCount: count, gpuCount, acceleratorType, localSsdCount, publicIp, networkConfig } = options;
  const attached = machine.guestAccelerator === 'required' && gpuCount > 0;
  return {
    region: options.region,
    machines: [
      {
        type: machine.name,
        count,
        model: options.provisioningModel,
        ...(attached && acceleratorType ? { gpu: { type: acceleratorType, count: gpuCount } } : {}),
        localSsdGb: machine.localSsd.mode === 'optional' ? localSsdCount * machine.localSsd.sizeGib : 0,
      },
    ],
    disks: [{ type: options.diskType, sizeGb: options.diskSizeGb, count }],
    shares: options.nfsShares.flatMap((share) =>
      'tier' in share ? [{ tier: share.tier, sizeGb: share.sizeGb, count: 1 }] : [],
    ),
    addresses: { count: publicIp ? count : 0 },
    natMachines: { count: publicIp || networkConfig === 'default_network' ? 0 : count },
  };
}
