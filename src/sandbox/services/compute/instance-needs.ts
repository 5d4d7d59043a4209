import type { InstanceProperties } from './instance-properties.ts';
import type { MachineSpec } from './machine-specs.ts';
import { cpuMetric, gpuMetric } from './quota-metrics.ts';
import type { Needs } from './quota-usage.ts';
import { usesPreemptibleQuota } from './scheduling.ts';

/** What one machine takes from the quotas, without its persistent disks. */
export function needsOf(
  spec: MachineSpec,
  properties: InstanceProperties,
  parts: { accelerators: readonly { type: string; count: number }[]; localSsdGb: number; externalAddresses: number },
): Needs {
  const preemptible = usesPreemptibleQuota(properties.scheduling);
  const cpus = preemptible ? 'PREEMPTIBLE_CPUS' : cpuMetric(spec.name);
  const needs: Needs = { INSTANCES: 1, [cpus]: spec.vcpus, CPUS_ALL_REGIONS: spec.vcpus };
  for (const { type, count } of parts.accelerators) {
    const metric = `${preemptible ? 'PREEMPTIBLE_' : ''}${gpuMetric(type)}`;
    needs[metric] = (needs[metric] ?? 0) + count;
    needs['GPUS_ALL_REGIONS'] = (needs['GPUS_ALL_REGIONS'] ?? 0) + count;
  }
  if (parts.localSsdGb > 0) needs[preemptible ? 'PREEMPTIBLE_LOCAL_SSD_GB' : 'LOCAL_SSD_TOTAL_GB'] = parts.localSsdGb;
  if (parts.externalAddresses > 0) needs['IN_USE_ADDRESSES'] = parts.externalAddresses;
  return needs;
}
