import { machineType, machineTypeNames } from '../../src/catalog/machine-types.ts';
import { networkProfile } from '../../src/catalog/network-profiles.ts';
import { readOptions } from '../../src/options/read.ts';
import type { VmClusterInput } from '../../stacks/cluster-input.ts';

type Environment = Readonly<Record<string, string>>;

/** The input of a stack, read from an env file as a user would write it, and the things that a run adds to it. */
export function clusterInput(
  environment: Environment = {},
  run: Partial<Omit<VmClusterInput, 'options' | 'machine' | 'profile'>> = {},
): VmClusterInput {
  const env = {
    ACTION: 'Create',
    PROJECT_ID: 'supercomputer-testing',
    NAME_PREFIX: 'spani',
    ZONE: 'us-central1-a',
    ...environment,
  };
  const { options } = readOptions({ env, argv: [], cwd: '/work' });
  const machine = machineType(options.vmType);
  if (!machine) throw new Error(`the catalog has no ${options.vmType}`);
  return {
    options,
    machine,
    profile: networkProfile(machine.networkProfile),
    deployment: { uuid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff', zone: 'us-central1-a', region: 'us-central1' },
    backend: { kind: 'gcs', bucket: 'spani-bucket', prefix: 'team/spani-deployment/terraform/state' },
    startupScript: '#!/bin/bash\nboot\n',
    ...run,
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

/** Every stack whose configuration is kept as a golden file, by the file's name. */
export const goldenInputs: Readonly<Record<string, VmClusterInput>> = {
  default: clusterInput(),
  ...familyInputs(),

  'network-default': clusterInput({ NETWORK_CONFIG: 'default_network' }),
  'network-default-public': clusterInput({ NETWORK_CONFIG: 'default_network', PUBLIC_IP: 'yes' }),
  'network-new-public': clusterInput({ NETWORK_CONFIG: 'new_network', PUBLIC_IP: 'yes' }),
  'network-new-on-multi-nic-type': clusterInput({ VM_TYPE: 'a3-megagpu-8g', NETWORK_CONFIG: 'new_network' }),
  'network-multi-nic-public': clusterInput({
    VM_TYPE: 'a3-ultragpu-8g',
    NETWORK_CONFIG: 'multi_nic_network',
    PUBLIC_IP: 'yes',
  }),

  'model-spot': clusterInput({ PROVISIONING_MODEL: 'spot', INSTANCE_COUNT: '2' }),
  'model-flex-start': clusterInput({
    VM_TYPE: 'a3-ultragpu-8g',
    INSTANCE_COUNT: '4',
    PROVISIONING_MODEL: 'flex-start',
    MAX_RUN_DURATION: '24h',
  }),
  'model-reservation': clusterInput({ VM_TYPE: 'a3-highgpu-8g', INSTANCE_COUNT: '2', RESERVATION_NAME: 'winter' }),
  'model-reservation-with-policy': clusterInput(
    { INSTANCE_COUNT: '2', RESERVATION_NAME: 'winter' },
    { reservationPolicy: 'projects/supercomputer-testing/regions/us-central1/resourcePolicies/winter-policy' },
  ),
  'model-reservation-bound': clusterInput({
    VM_TYPE: 'a4x-highgpu-4g',
    INSTANCE_COUNT: '18',
    RESERVATION_NAME: 'projects/other-project/reservations/winter',
  }),

  'thousand-machines': clusterInput({ VM_TYPE: 'a4-highgpu-8g', INSTANCE_COUNT: '1000' }),
  'own-service-account': clusterInput(
    {
      SERVICE_ACCOUNT: 'trainer@supercomputer-testing.iam.gserviceaccount.com',
      COPY_DIR_PATH: '/opt/code',
      GCS_MOUNT_LIST: 'data-sets:/mnt/data',
    },
    { files: copiedFiles },
  ),
  'cleanup-on-exit': clusterInput(
    { CLEANUP_ON_EXIT: 'yes' },
    { backend: { kind: 'local', path: '/work/spani/terraform.tfstate' } },
  ),
  everything: clusterInput(
    {
      INSTANCE_COUNT: '8',
      IMAGE_NAME: 'common-cu128-ubuntu-2204-nvidia-570-v20261105',
      IMAGE_PROJECT: 'deeplearning-platform-release',
      LOCAL_SSD_COUNT: '4',
      METADATA: '{ owner = "me" }',
      LABELS: '{ team = "vision" }',
      COPY_DIR_PATH: '/opt/code',
      PUBLIC_IP: 'yes',
      SSH_SOURCE_RANGES: '35.235.240.0/20,203.0.113.7/32',
      MAX_RUN_DURATION: '36h',
      GCS_MOUNT_LIST: 'data-sets:/mnt/data,models:/mnt/models,data-sets:/mnt/again',
      NFS_FILESTORE_LIST: '/nfs/home:BASIC_SSD,/nfs/old:existing:10.9.8.7:/export,/nfs/wide:ENTERPRISE:1024',
      ORCHESTRATOR_TYPE: 'ray',
    },
    { files: copiedFiles, userCommand: 'python3 train.py --epochs "${EPOCHS:-3}"' },
  ),
};

/** Two machines of the largest type of each family with GPUs, and of a family that has none. */
function familyInputs(): Record<string, VmClusterInput> {
  const largest = new Map<string, string>();
  for (const name of machineTypeNames()) {
    const machine = machineType(name);
    const wanted = machine && (machine.gpus > 0 || ['n1-standard', 'e2-standard'].includes(machine.family));
    if (wanted && !name.endsWith('-nolssd')) largest.set(machine.family, name);
  }
  return Object.fromEntries(
    [...largest].map(([family, name]) => {
      const attached: Environment =
        family === 'n1-standard' ? { ACCELERATOR_TYPE: 'nvidia-tesla-t4', GPU_COUNT: '4' } : {};
      return [`family-${family}`, clusterInput({ VM_TYPE: name, INSTANCE_COUNT: '2', ...attached })];
    }),
  );
}
