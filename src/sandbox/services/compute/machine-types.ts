import { catalogue } from './catalogue.ts';
import type { Part } from './collection.ts';
import { acceleratorsIn, machineSpecIn, machineSpecsIn } from './machine-specs.ts';
import type { MachineSpec } from './machine-specs.ts';
import { selfLink } from './path.ts';

const created = '1969-12-31T16:00:00.000-08:00';

/** https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes */
export const machineTypes: Part = catalogue({
  collection: 'machineTypes',
  kind: 'compute#machineType',
  list: (zone, project) => machineSpecsIn(zone).map((spec) => machineType(spec, zone, project)),
  get(zone, name, project) {
    const spec = machineSpecIn(zone, name);
    return spec && machineType(spec, zone, project);
  },
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/acceleratorTypes */
export const acceleratorTypes: Part = catalogue({
  collection: 'acceleratorTypes',
  kind: 'compute#acceleratorType',
  list: (zone, project) =>
    Array.from(acceleratorsIn(zone), ([name, most]) => acceleratorType(name, most, zone, project)),
  get(zone, name, project) {
    const most = acceleratorsIn(zone).get(name);
    return most === undefined ? undefined : acceleratorType(name, most, zone, project);
  },
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/diskTypes */
export const diskTypes: Part = catalogue({
  collection: 'diskTypes',
  kind: 'compute#diskType',
  list: (zone, project) => diskTypeNames.map((name) => diskType(name, zone, project)),
  get: (zone, name, project) => (diskTypeNames.includes(name) ? diskType(name, zone, project) : undefined),
});

/** Every disk type, in order: https://cloud.google.com/compute/docs/disks */
export const diskTypeNames: readonly string[] = [
  'hyperdisk-balanced',
  'hyperdisk-extreme',
  'hyperdisk-ml',
  'hyperdisk-throughput',
  'local-ssd',
  'pd-balanced',
  'pd-extreme',
  'pd-ssd',
  'pd-standard',
];

function machineType(spec: MachineSpec, zone: string, project: string): object {
  const { name, vcpus, memoryMb, architecture, isSharedCpu, accelerator } = spec;
  const gpus = accelerator ? `, ${accelerator.count} ${accelerator.type} GPU${accelerator.count > 1 ? 's' : ''}` : '';
  return {
    kind: 'compute#machineType',
    id: numberOf(name),
    creationTimestamp: created,
    name,
    description: `${vcpus} vCPUs, ${memoryMb / 1024} GB RAM${gpus}`,
    guestCpus: vcpus,
    memoryMb,
    imageSpaceGb: 0,
    maximumPersistentDisks: 128,
    maximumPersistentDisksSizeGb: '263168',
    zone,
    selfLink: selfLink(`projects/${project}/zones/${zone}/machineTypes/${name}`),
    isSharedCpu,
    architecture,
    ...(accelerator
      ? { accelerators: [{ guestAcceleratorType: accelerator.type, guestAcceleratorCount: accelerator.count }] }
      : {}),
  };
}

function acceleratorType(name: string, most: number, zone: string, project: string): object {
  return {
    kind: 'compute#acceleratorType',
    id: numberOf(name),
    creationTimestamp: created,
    name,
    description: name
      .replace(/^nvidia-/, 'NVIDIA ')
      .replaceAll('-', ' ')
      .toUpperCase(),
    zone: selfLink(`projects/${project}/zones/${zone}`),
    selfLink: selfLink(`projects/${project}/zones/${zone}/acceleratorTypes/${name}`),
    maximumCardsPerInstance: most,
  };
}

function diskType(name: string, zone: string, project: string): object {
  return {
    kind: 'compute#diskType',
    id: numberOf(name),
    creationTimestamp: created,
    name,
    description: name,
    validDiskSize: name === 'local-ssd' ? '375GB-375GB' : '10GB-65536GB',
    defaultDiskSizeGb: name === 'local-ssd' ? '375' : '100',
    zone: selfLink(`projects/${project}/zones/${zone}`),
    selfLink: selfLink(`projects/${project}/zones/${zone}/diskTypes/${name}`),
  };
}

// Ids that follow from the name: these collections are never written.
function numberOf(name: string): string {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_003;
  return String(hash);
}
