import type { Store } from '../../service.ts';
import { nameOf } from './path.ts';
import { diskMetric } from './quota-metrics.ts';

/** Amounts by quota metric. */
export type Needs = Record<string, number>;

/** What the machines and disks of a region (of the whole project without one) take from the quotas. */
export function instanceNeeds(store: Store, projectId: string, region: string | undefined): Needs {
  const needs: Needs = { INSTANCES: 0, CPUS: 0, GPUS_ALL_REGIONS: 0, CPUS_ALL_REGIONS: 0, IN_USE_ADDRESSES: 0 };
  const prefix = `projects/${projectId}/zones/${region === undefined ? '' : `${region}-`}`;
  for (const [, { _needs = {}, status }] of store.entries<{ _needs?: Needs; status: string }>('instances', prefix)) {
    // A machine that is off keeps its place, but no processors, accelerators or ephemeral addresses.
    const taken = status === 'TERMINATED' ? { INSTANCES: 1 } : _needs;
    for (const [metric, amount] of Object.entries(taken)) needs[metric] = (needs[metric] ?? 0) + amount;
  }
  for (const [, { sizeGb, type }] of store.entries<{ sizeGb: string; type: string }>('disks', prefix)) {
    const metric = diskMetric(nameOf(type));
    needs[metric] = (needs[metric] ?? 0) + Number(sizeGb);
  }
  return needs;
}
