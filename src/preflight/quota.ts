import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { getComputeProject, getRegion } from '../google/compute-facts.ts';
import type { Quota } from '../google/compute-facts.ts';
import type { Check, CheckContext } from './check.ts';

/** Is there quota for the machines that are still to be made? Metrics that Google does not list are not limited here. */
export const quota: Check = {
  name: 'quota',
  ofZone: true,
  summary: 'the quotas for GPUs, CPUs, disks and networks are large enough',
  async ask(context) {
    const { options, http } = context;
    const [project, region] = await Promise.all([
      getComputeProject(http, options.projectId),
      getRegion(http, options.projectId, options.region),
    ]);
    const needs = quotaNeeds(context);
    const short = [
      ...shortages(needs.project, project.quotas, 'in the project'),
      ...shortages(needs.region, region.quotas, `in region ${options.region}`),
    ];
    if (short.length > 0) {
      throw fail('QUOTA_SHORT', { project: options.projectId, list: short.join('\n') }, { details: short });
    }
    return counted(Object.keys(needs.region).length + Object.keys(needs.project).length, 'metric');
  },
};

type Needs = Record<string, number>;

/** What the machines, disks and networks that are still to be made take of each quota metric. */
function quotaNeeds({ options, machine, existing }: Pick<CheckContext, 'options' | 'machine' | 'existing'>): {
  region: Needs;
  project: Needs;
} {
  const machines = Math.max(0, options.instanceCount - existing);
  const preemptible = options.provisioningModel === 'spot' || options.provisioningModel === 'flex-start';
  const region: Needs = {};
  const project: Needs = {};
  const add = (needs: Needs, metric: string | undefined, amount: number): void => {
    if (metric !== undefined && amount > 0) needs[metric] = (needs[metric] ?? 0) + amount;
  };
  // A reservation has taken its share already.
  if (options.provisioningModel !== 'reservation') {
    const gpuMetric = gpuQuotas[options.acceleratorType ?? ''];
    const gpus = Math.ceil(options.gpuCount) * machines;
    add(region, gpuMetric && (preemptible ? `PREEMPTIBLE_${gpuMetric}` : gpuMetric), gpus);
    if (!preemptible) add(project, gpuMetric && 'GPUS_ALL_REGIONS', gpus);
    add(region, cpuQuota(options.vmType), (machine?.vcpus ?? 0) * machines);
  }
  add(region, diskQuotas[options.diskType], options.diskSizeGb * machines);
  if (machine?.localSsd.mode === 'optional') {
    add(region, 'LOCAL_SSD_TOTAL_GB', options.localSsdCount * machine.localSsd.sizeGib * machines);
  }
  if (options.publicIp) add(region, 'IN_USE_ADDRESSES', machines);
  if (existing === 0) add(project, 'NETWORKS', networkCount(options.networkConfig, machine?.networkProfile));
  return { region, project };
}

function shortages(needs: Needs, quotas: readonly Quota[], where: string): string[] {
  return Object.entries(needs).flatMap(([metric, need]) => {
    const known = quotas.find((quota) => quota.metric === metric);
    if (!known || known.limit < 0 || known.usage + need <= known.limit) return [];
    return [`  ${metric} ${where}: ${need} needed, limit ${known.limit}, used ${known.usage}`];
  });
}

function networkCount(config: string, profile: string | undefined): number {
  if (config === 'default_network') return 0;
  if (config === 'new_network') return 1;
  return { 'a3-high-tcpx': 5, 'a3-mega-tcpxo': 9 }[profile ?? ''] ?? (profile === 'single' ? 1 : 3);
}

// Metric names: https://cloud.google.com/compute/resource-usage#gpu_quota
const gpuQuotas: Readonly<Record<string, string>> = {
  'nvidia-tesla-k80': 'NVIDIA_K80_GPUS',
  'nvidia-tesla-p4': 'NVIDIA_P4_GPUS',
  'nvidia-tesla-p100': 'NVIDIA_P100_GPUS',
  'nvidia-tesla-v100': 'NVIDIA_V100_GPUS',
  'nvidia-tesla-t4': 'NVIDIA_T4_GPUS',
  'nvidia-l4': 'NVIDIA_L4_GPUS',
  'nvidia-tesla-a100': 'NVIDIA_A100_GPUS',
  'nvidia-a100-80gb': 'NVIDIA_A100_80GB_GPUS',
  'nvidia-h100-80gb': 'NVIDIA_H100_GPUS',
  'nvidia-h100-mega-80gb': 'NVIDIA_H100_MEGA_GPUS',
  'nvidia-h200-141gb': 'NVIDIA_H200_GPUS',
  'nvidia-b200': 'NVIDIA_B200_GPUS',
};

// Families that have a CPU quota of their own; every other one counts against CPUS.
// https://cloud.google.com/compute/resource-usage#cpu_quota
function cpuQuota(vmType: string): string | undefined {
  const [family = ''] = vmType.split('-', 1);
  if (['n1', 'e2', 'f1', 'g1'].includes(family)) return 'CPUS';
  if (['a2', 'a3', 'g2', 'n2', 'n2d', 'c2', 'c2d', 'c3', 't2d', 'm1'].includes(family))
    return `${family.toUpperCase()}_CPUS`;
  return undefined;
}

const diskQuotas: Readonly<Record<string, string>> = {
  'pd-standard': 'DISKS_TOTAL_GB',
  'pd-balanced': 'SSD_TOTAL_GB',
  'pd-ssd': 'SSD_TOTAL_GB',
  'hyperdisk-balanced': 'HDB_TOTAL_GB',
};
