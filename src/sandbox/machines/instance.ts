import { machineType } from '../../catalog/machine-types.ts';

/** The fields of a Compute instance that a machine is made of. */
export interface Instance {
  id: string;
  name: string;
  /** `PROVISIONING`, `STAGING`, `RUNNING`, `STOPPING`, `TERMINATED`, … */
  status: string;
  /** A link, as `machineType` is. */
  zone: string;
  machineType: string;
  description?: string;
  hostname?: string;
  cpuPlatform?: string;
  metadata?: { items?: readonly { key: string; value?: string }[] };
  tags?: { items?: readonly string[] };
  networkInterfaces?: readonly {
    networkIP?: string;
    network?: string;
    accessConfigs?: readonly { natIP?: string; type?: string }[];
  }[];
  serviceAccounts?: readonly { email: string; scopes?: readonly string[] }[];
  scheduling?: {
    preemptible?: boolean;
    provisioningModel?: string;
    onHostMaintenance?: string;
    automaticRestart?: boolean;
  };
  guestAccelerators?: readonly { acceleratorType?: string; acceleratorCount?: number }[];
  disks?: readonly { type?: string; deviceName?: string; interface?: string; mode?: string; boot?: boolean }[];
  lastStartTimestamp?: string;
}

/** Metadata by key. */
export function metadataOf(instance: Instance): Map<string, string> {
  return new Map((instance.metadata?.items ?? []).map(({ key, value }) => [key, value ?? '']));
}

/** The part of a link after its last slash. */
export function lastOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** How many GPUs the machine has by its type or by what was attached, and what they are called. */
export function gpusOf(instance: Instance): { count: number; name: string } {
  const attached = instance.guestAccelerators?.[0];
  if (attached?.acceleratorCount)
    return { count: attached.acceleratorCount, name: lastOf(attached.acceleratorType ?? '') };
  const type = machineType(lastOf(instance.machineType));
  // Machines that share one GPU see a part of it as one device.
  return { count: Math.ceil(type?.gpus ?? 0), name: type?.acceleratorType ?? '' };
}

/** How many local SSDs the machine has: those it was given, else those its type comes with. */
export function localSsdsOf(instance: Instance): number {
  const given = (instance.disks ?? []).filter((disk) => disk.type === 'SCRATCH').length;
  const { mode, count } = machineType(lastOf(instance.machineType))?.localSsd ?? { mode: 'optional', count: 0 };
  return given || (mode === 'bundled' ? count : 0);
}
