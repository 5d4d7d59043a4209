import { machineType, machineTypeNames } from '../../../catalog/machine-types.ts';
import { n1Gpus } from '../../../catalog/n1-gpus.ts';

/** The quota that counts GPUs of a type: `NVIDIA_A100_80GB_GPUS` of `nvidia-a100-80gb`. */
export function gpuMetric(acceleratorType: string): string {
  const model = acceleratorType
    .replace(/^nvidia-(tesla-)?/, '')
    // These two are quoted by model alone; the 80 GB A100 has a quota of its own.
    .replace(/^(h100)-80gb$|^(h200)-141gb$/, '$1$2')
    .replace(/-mega-80gb$/, '-mega')
    .toUpperCase()
    .replaceAll('-', '_');
  return `NVIDIA_${model}_GPUS`;
}

// Families with a quota of their own; the others count against CPUS.
const ownCpuQuota = new Set([
  'a2',
  'a3',
  'a4',
  'a4x',
  'c2',
  'c2d',
  'c3',
  'c3d',
  'c4',
  'g2',
  'g4',
  'm1',
  'm2',
  'm3',
  'n2',
  'n2d',
  'n4',
]);

/** The quota that counts the vCPUs of a machine type: `A2_CPUS`, or `CPUS` for the first generations. */
export function cpuMetric(machineType: string): string {
  const family = machineType.split('-')[0] ?? '';
  return ownCpuQuota.has(family) ? `${family.toUpperCase()}_CPUS` : 'CPUS';
}

/** The quota that counts the GB of disks of a type; several types share one. */
export function diskMetric(diskType: string): string {
  if (diskType === 'local-ssd') return 'LOCAL_SSD_TOTAL_GB';
  if (diskType === 'pd-standard') return 'DISKS_TOTAL_GB';
  return diskType.startsWith('hyperdisk') ? 'HDB_TOTAL_GB' : 'SSD_TOTAL_GB';
}

/** `NVIDIA-A100-GPUS-per-project-region`: how errors name the limit of a metric. */
export function limitName(metric: string, region: string | undefined): string {
  return `${metric.replaceAll('_', '-')}-per-project${region === undefined ? '' : '-region'}`;
}

/** The metrics of every GPU and every family of CPUs, as a region lists them whether they are used or not. */
export function machineMetrics(): string[] {
  const names = machineTypeNames();
  const types = [
    ...names.map((name) => machineType(name)?.acceleratorType),
    ...n1Gpus.map(({ acceleratorType }) => acceleratorType),
  ];
  const gpus = types.filter((type) => typeof type === 'string').map(gpuMetric);
  return [...new Set([...gpus.flatMap((metric) => [metric, `PREEMPTIBLE_${metric}`]), ...names.map(cpuMetric)])];
}

/** The per-region metrics of every project, with limits that nobody reaches by accident. */
export const regionalLimits: Readonly<Record<string, number>> = {
  CPUS: 1_000_000,
  PREEMPTIBLE_CPUS: 1_000_000,
  DISKS_TOTAL_GB: 10_000_000,
  SSD_TOTAL_GB: 10_000_000,
  HDB_TOTAL_GB: 10_000_000,
  LOCAL_SSD_TOTAL_GB: 20_000_000,
  IN_USE_ADDRESSES: 10_000,
  STATIC_ADDRESSES: 5_000,
  INSTANCES: 10_000,
  INSTANCE_GROUP_MANAGERS: 1_000,
  INSTANCE_GROUPS: 1_000,
  AFFINITY_GROUPS: 100,
  RESOURCE_POLICIES: 100,
};

/** The global metrics of every project. */
export const globalLimits: Readonly<Record<string, number>> = {
  CPUS_ALL_REGIONS: 10_000_000,
  GPUS_ALL_REGIONS: 100_000,
  NETWORKS: 100,
  SUBNETWORKS: 1_000,
  FIREWALLS: 500,
  ROUTERS: 100,
  ROUTES: 500,
  INSTANCE_TEMPLATES: 1_000,
  STATIC_ADDRESSES: 100,
  IN_USE_ADDRESSES: 100,
  IMAGES: 2_000,
};

/** The limit of a per-region metric that the table does not name: GPUs and families with CPUs of their own. */
export const otherRegionalLimit = 1_000_000;
