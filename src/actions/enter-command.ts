import { lastPart } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';

/** The command that opens a shell on a machine: through IAP where it has no external address. */
export function enterCommand({ name, zone, networkInterfaces: [nic] }: Instance, project: string): string {
  const way = nic?.accessConfigs.some(({ natIP }) => natIP) ? '' : ' --tunnel-through-iap';
  return `gcloud compute ssh ${name} --project ${project} --zone ${lastPart(zone)}${way}`;
}
