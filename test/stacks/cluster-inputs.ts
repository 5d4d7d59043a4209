import { defaultImage } from '../../src/catalog/images.ts';
import { machineType, machineTypeNames } from '../../src/catalog/machine-types.ts';
import type { MachineType } from '../../src/catalog/machine-types.ts';
import { networkProfile } from '../../src/catalog/network-profiles.ts';
import type { ClusterOptions, VmClusterInput } from '../../stacks/cluster-input.ts';

/** The input of a stack as the options and the catalog make it, with changes. */
export function clusterInput(
  changes: Partial<ClusterOptions> = {},
  rest: Partial<Omit<VmClusterInput, 'options' | 'machine' | 'profile'>> = {},
): VmClusterInput {
  const machine = machineType(changes.vmType ?? 'a2-highgpu-2g');
  if (!machine) throw new Error(`no machine type ${changes.vmType}`);
  const profile = networkProfile(machine.networkProfile);
  return {
    machine,
    profile,
    options: {
      projectId: 'supercomputer-testing',
      namePrefix: 'spani',
      instanceCount: 1,
      vmType: machine.name,
      gpuCount: Math.ceil(machine.gpus),
      acceleratorType: machine.acceleratorType ?? undefined,
      imageFamily: defaultImage(machine).family,
      imageProject: defaultImage(machine).project,
      diskSizeGb: 2000,
      diskType: machine.bootDiskTypes.includes('pd-ssd') ? 'pd-ssd' : machine.defaultBootDiskType,
      localSsdCount: machine.localSsd.count,
      metadata: {},
      labels: {},
      networkConfig: profile.gpudirect ? 'multi_nic_network' : 'new_network',
      publicIp: false,
      sshSourceRanges: ['35.235.240.0/20'],
      provisioningModel: 'standard',
      placement: 'none',
      gcsMounts: [],
      nfsShares: [],
      enableOpsAgent: true,
      enableNotebook: true,
      orchestratorType: 'none',
      ...changes,
    },
    deployment: { uuid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff', zone: 'us-central1-a', region: 'us-central1' },
    backend: { kind: 'gcs', bucket: 'spani-bucket', prefix: 'team/spani-deployment/terraform/state' },
    startupScript: '#!/bin/bash\nboot\n',
    ...rest,
  };
}

/** Copied files, as the copy leaves them in the bucket. */
export const copiedFiles = {
  bucket: 'spani-bucket',
  manifest: `team/spani-deployment/files/manifests/${'ab'.repeat(32)}.tsv`,
  sha256: 'ab'.repeat(32),
  count: 42,
  bytes: 1_200_000,
};

/** The largest machine type of each family that has GPUs, and of the two families that stand for those without. */
export const familyMachines: readonly MachineType[] = [
  ...new Map(
    machineTypeNames()
      .flatMap((name) => machineType(name) ?? [])
      .filter(
        ({ name, gpus, family }) =>
          !name.endsWith('-nolssd') && (gpus > 0 || ['n1-standard', 'e2-standard'].includes(family)),
      )
      .map((machine) => [machine.family, machine]),
  ).values(),
];

/** Every stack whose configuration is kept as a golden file, by the file's name. */
export const goldenInputs: Readonly<Record<string, VmClusterInput>> = {
  default: clusterInput(),
  ...Object.fromEntries(familyMachines.map((machine) => [`family-${machine.family}`, familyInput(machine)])),

  'network-default': clusterInput({ networkConfig: 'default_network' }),
  'network-default-public': clusterInput({ networkConfig: 'default_network', publicIp: true }),
  'network-new-public': clusterInput({ publicIp: true }),
  'network-new-on-multi-nic-type': clusterInput({ vmType: 'a3-megagpu-8g', networkConfig: 'new_network' }),
  'network-multi-nic-on-single-nic-type': clusterInput({ networkConfig: 'multi_nic_network' }),

  'model-spot': clusterInput({ provisioningModel: 'spot' }),
  'model-flex-start': clusterInput({
    vmType: 'a3-ultragpu-8g',
    instanceCount: 4,
    provisioningModel: 'flex-start',
    placement: 'compact',
    maxRunSeconds: 86_400,
  }),
  'model-reservation': clusterInput({
    vmType: 'a3-highgpu-8g',
    instanceCount: 2,
    provisioningModel: 'reservation',
    reservationName: 'winter',
    placement: 'compact',
  }),
  'model-reservation-with-policy': clusterInput(
    { instanceCount: 2, provisioningModel: 'reservation', reservationName: 'winter', placement: 'compact' },
    { reservationPolicy: 'projects/supercomputer-testing/regions/us-central1/resourcePolicies/winter-policy' },
  ),
  'model-reservation-bound': clusterInput({
    vmType: 'a4-highgpu-8g',
    instanceCount: 2,
    provisioningModel: 'reservation',
    reservationName: 'projects/other/reservations/winter',
    placement: 'compact',
  }),

  'thousand-machines': clusterInput({ instanceCount: 1000, placement: 'compact' }),
  'own-service-account': clusterInput(
    {
      serviceAccount: 'trainer@supercomputer-testing.iam.gserviceaccount.com',
      copyDestination: '/opt/code',
      gcsMounts: [{ bucket: 'data-sets', path: '/mnt/data' }],
    },
    { files: copiedFiles },
  ),
  'cleanup-on-exit': clusterInput(
    { maxRunSeconds: 43_200 },
    { backend: { kind: 'local', path: '/work/spani/terraform.tfstate' } },
  ),
  everything: clusterInput(
    {
      instanceCount: 8,
      localSsdCount: 8,
      imageFamily: undefined,
      imageName: 'my-image-v3',
      imageProject: 'my-images',
      metadata: { owner: 'me' },
      labels: { team: 'vision' },
      copyDestination: '/opt/code',
      publicIp: true,
      sshSourceRanges: ['35.235.240.0/20', '203.0.113.7/32'],
      placement: 'compact',
      maxRunSeconds: 129_600,
      gcsMounts: [
        { bucket: 'data-sets', path: '/mnt/data' },
        { bucket: 'models', path: '/mnt/models' },
        { bucket: 'data-sets', path: '/mnt/again' },
      ],
      nfsShares: [
        { path: '/nfs/home', tier: 'BASIC_SSD', sizeGb: 2560 },
        { path: '/nfs/old', server: '10.9.8.7', share: '/export' },
        { path: '/nfs/wide', tier: 'ENTERPRISE', sizeGb: 1024 },
      ],
      orchestratorType: 'ray',
    },
    { files: copiedFiles, userCommand: 'python3 train.py --epochs "${EPOCHS:-3}"' },
  ),
};

function familyInput(machine: MachineType): VmClusterInput {
  return clusterInput({
    vmType: machine.name,
    instanceCount: 2,
    placement: machine.compactPlacementMaxVms ? 'compact' : 'none',
    ...(machine.guestAccelerator === 'required' ? { gpuCount: 4, acceleratorType: 'nvidia-tesla-t4' } : {}),
  });
}
