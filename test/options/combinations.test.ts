import { describe, expect, it } from 'vitest';
import { created, mistakes, noted } from './given.ts';

type Variables = Record<string, string>;

describe('options that do not go together', () => {
  it.each<[Variables, string]>([
    [{ REGION: 'us-east1' }, "REGION: 'us-east1' contradicts ZONE: us-central1-f is in us-central1; leave REGION out"],
    [
      { NAME_PREFIX: 'ab' },
      "SERVICE_ACCOUNT: must be given with a NAME_PREFIX as short as 'ab': 'ab-sa' is too short for the one to be made",
    ],
    [{ GPU_COUNT: '4' }, 'GPU_COUNT: a2-highgpu-2g carries 2 GPUs, not 4; did you mean VM_TYPE=a2-highgpu-4g?'],
    [{ GPU_COUNT: '3' }, 'GPU_COUNT: a2-highgpu-2g carries 2 GPUs, not 3'],
    [{ VM_TYPE: 'e2-standard-4', GPU_COUNT: '1' }, 'GPU_COUNT: e2-standard-4 carries no GPUs, not 1'],
    [
      { VM_TYPE: 'g4-standard-6', GPU_COUNT: '2' },
      'GPU_COUNT: g4-standard-6 carries 1 GPU, not 2; did you mean VM_TYPE=g4-standard-96?',
    ],
    [{ ACCELERATOR_TYPE: 'nvidia-l4' }, 'ACCELERATOR_TYPE: a2-highgpu-2g carries nvidia-tesla-a100, not nvidia-l4'],
    [
      { VM_TYPE: 'c3-standard-4', ACCELERATOR_TYPE: 'nvidia-l4' },
      'ACCELERATOR_TYPE: c3-standard-4 carries no GPUs, not nvidia-l4',
    ],
    [
      { VM_TYPE: 'n1-standard-8', GPU_COUNT: '2' },
      'ACCELERATOR_TYPE: is not given, and GPU_COUNT=2 on n1-standard-8 needs it: nvidia-tesla-t4, nvidia-tesla-v100, nvidia-tesla-p100 or nvidia-tesla-p4',
    ],
    [
      { VM_TYPE: 'n1-standard-8', ACCELERATOR_TYPE: 'nvidia-tesla-k80' },
      "ACCELERATOR_TYPE: 'nvidia-tesla-k80' was retired by Google; n1-standard-8 takes nvidia-tesla-t4, nvidia-tesla-v100, nvidia-tesla-p100 or nvidia-tesla-p4",
    ],
    [
      { VM_TYPE: 'n1-standard-8', ACCELERATOR_TYPE: 'nvidia-tesla-v1000' },
      "ACCELERATOR_TYPE: 'nvidia-tesla-v1000' cannot be attached; n1-standard-8 takes nvidia-tesla-t4, nvidia-tesla-v100, nvidia-tesla-p100 or nvidia-tesla-p4; did you mean nvidia-tesla-v100?",
    ],
    [
      { VM_TYPE: 'n1-standard-16', ACCELERATOR_TYPE: 'nvidia-tesla-v100', GPU_COUNT: '1' },
      'GPU_COUNT: n1-standard-16 takes 2, 4 or 8 of nvidia-tesla-v100, not 1',
    ],
    [
      { VM_TYPE: 'n1-standard-8', ACCELERATOR_TYPE: 'nvidia-tesla-t4', GPU_COUNT: '0' },
      'GPU_COUNT: n1-standard-8 takes 1, 2 or 4 of nvidia-tesla-t4, not 0',
    ],
    [
      { VM_TYPE: 'n1-standard-96', ACCELERATOR_TYPE: 'nvidia-tesla-p100' },
      'VM_TYPE: n1-standard-96 has too many vCPUs for nvidia-tesla-p100: 64 at most',
    ],
    [
      { VM_TYPE: 'a4-highgpu-8g', DISK_TYPE: 'pd-ssd' },
      'DISK_TYPE: a4-highgpu-8g boots from hyperdisk-balanced, not from pd-ssd',
    ],
    [
      { VM_TYPE: 'g2-standard-4', DISK_TYPE: 'pd-standard' },
      'DISK_TYPE: g2-standard-4 boots from pd-balanced or pd-ssd, not from pd-standard',
    ],
    [{ LOCAL_SSD_COUNT: '1' }, 'LOCAL_SSD_COUNT: a2-highgpu-2g takes 0, 2, 4 or 8, not 1'],
    [{ VM_TYPE: 'a3-highgpu-8g', LOCAL_SSD_COUNT: '0' }, 'LOCAL_SSD_COUNT: a3-highgpu-8g comes with 16, not 0'],
    [
      { NETWORK_CONFIG: 'multi_nic_network' },
      'NETWORK_CONFIG: a2-highgpu-2g has one network interface only; use new_network',
    ],
    [
      { IMAGE_NAME: 'a', IMAGE_FAMILY_NAME: 'b' },
      'IMAGE_NAME: and IMAGE_FAMILY_NAME exclude each other; leave one out',
    ],
    [{ IMAGE_PROJECT: 'my-images' }, 'IMAGE_PROJECT: says nothing without IMAGE_FAMILY_NAME or IMAGE_NAME'],
    [
      { VM_TYPE: 'a4x-highgpu-4g', IMAGE_FAMILY_NAME: 'common-cu129-ubuntu-2404-nvidia-580' },
      "IMAGE_FAMILY_NAME: 'common-cu129-ubuntu-2404-nvidia-580' is not for arm64, which a4x-highgpu-4g is; did you mean ubuntu-accelerator-2404-arm64-with-nvidia-580?",
    ],
    [
      { IMAGE_NAME: 'my-arm64-image', IMAGE_PROJECT: 'my-images' },
      "IMAGE_NAME: 'my-arm64-image' is not for amd64, which a2-highgpu-2g is; did you mean pytorch-2-9-cu129-ubuntu-2404-nvidia-580?",
    ],
    [
      { STARTUP_COMMAND: 'true', STARTUP_SCRIPT_PATH: '/x' },
      'STARTUP_SCRIPT_PATH: and STARTUP_COMMAND exclude each other; leave one out',
    ],
    [
      { COPY_DIR_PATH: '.', VM_LOCALFILE_DEST_PATH: '/opt/work' },
      'WORK_DIR: /home/me/.cluster-provision is inside COPY_DIR_PATH, so it would be copied to the machines; choose another place',
    ],
    [{ COPY_DIR_PATH: '/' }, 'VM_LOCALFILE_DEST_PATH: must be given to copy /: the machines have a / of their own'],
    [
      { GCS_MOUNT_LIST: 'data:/data', NFS_FILESTORE_LIST: '/data/nfs:BASIC_HDD' },
      'NFS_FILESTORE_LIST: /data/nfs overlaps /data, where a bucket is mounted',
    ],
    [
      { LOCAL_SSD_COUNT: '2', GCS_MOUNT_LIST: 'data:/mnt' },
      'GCS_MOUNT_LIST: /mnt overlaps /mnt/localssd, where the local SSDs are mounted',
    ],
    [
      { RESERVATION_NAME: 'mine', PROVISIONING_MODEL: 'spot' },
      'PROVISIONING_MODEL: spot and RESERVATION_NAME exclude each other; leave one out',
    ],
    [
      { PROVISIONING_MODEL: 'reservation' },
      'RESERVATION_NAME: is not given, and PROVISIONING_MODEL=reservation needs it',
    ],
    [
      { RESERVATION_NAME: 'mine', ZONE: 'us-central1-a,us-central1-f' },
      'ZONE: a reservation is in one zone; give that one alone',
    ],
    [
      { RESERVATION_NAME: 'mine', PLACEMENT: 'compact' },
      'PLACEMENT: a reservation brings its own placement; leave PLACEMENT out',
    ],
    [
      { VM_TYPE: 'e2-standard-4', PROVISIONING_MODEL: 'flex-start' },
      'PROVISIONING_MODEL: flex-start is for machines with GPUs, and e2-standard-4 has none',
    ],
    [
      { VM_TYPE: 'a3-edgegpu-8g', PROVISIONING_MODEL: 'flex-start' },
      'PROVISIONING_MODEL: a3-edgegpu-8g cannot be had with flex-start',
    ],
    [
      { PROVISIONING_MODEL: 'flex-start', MAX_RUN_DURATION: '8d' },
      'MAX_RUN_DURATION: flex-start machines run for 7d at most',
    ],
    [
      { PROVISIONING_MODEL: 'flex-start', PLACEMENT: 'compact' },
      'PLACEMENT: a2-highgpu-2g cannot be compact with flex-start',
    ],
    [{ VM_TYPE: 'n1-standard-4', PLACEMENT: 'compact' }, 'PLACEMENT: n1-standard-4 has no compact placement'],
    [
      { INSTANCE_COUNT: '151', PLACEMENT: 'compact' },
      'PLACEMENT: compact holds 150 machines of a2-highgpu-2g, not 151',
    ],
    [
      { VM_TYPE: 'a4x-highgpu-4g', INSTANCE_COUNT: '19' },
      'INSTANCE_COUNT: one NVLink domain of a4x-highgpu-4g holds 18 machines, not 19',
    ],
    [{ EXIT_WHEN_DONE: 'yes', STARTUP_COMMAND: 'true' }, 'EXIT_WHEN_DONE: works with CLEANUP_ON_EXIT=yes only'],
    [
      { EXIT_WHEN_DONE: 'yes', STARTUP_COMMAND: 'true', CLEANUP_ON_EXIT: 'yes', WAIT: 'no' },
      'EXIT_WHEN_DONE: and WAIT=no exclude each other',
    ],
    [
      { EXIT_WHEN_DONE: 'yes', CLEANUP_ON_EXIT: 'yes' },
      'EXIT_WHEN_DONE: waits for the end of STARTUP_COMMAND or STARTUP_SCRIPT_PATH, and neither is given',
    ],
  ])('%j', (env, line) => {
    expect(mistakes(env)).toEqual([line]);
  });

  it('are not held against one that was refused by itself', () => {
    expect(
      mistakes({ VM_TYPE: 'a3-highgpu-7g', GPU_COUNT: '7', DISK_TYPE: 'hyperdisk-balanced', LOCAL_SSD_COUNT: '16' }),
    ).toEqual(["VM_TYPE: 'a3-highgpu-7g' is not a machine type; did you mean a3-highgpu-8g?"]);
  });
});

describe('what derives from other options', () => {
  it('is settled for the least that can be given', () => {
    expect(created()).toMatchObject({
      region: 'us-central1',
      gpuCount: 2,
      acceleratorType: 'nvidia-tesla-a100',
      diskType: 'pd-ssd',
      diskSizeGb: 2000,
      localSsdCount: 0,
      networkConfig: 'new_network',
      provisioningModel: 'standard',
      placement: 'compact',
      imageFamily: 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580',
      imageProject: 'deeplearning-platform-release',
      enableNotebook: true,
      copyDestination: undefined,
      maxRunSeconds: undefined,
      sshSourceRanges: ['35.235.240.0/20'],
      gcsMounts: [],
      nfsShares: [],
      skipChecks: [],
    });
  });

  it.each<[Variables, object]>([
    [
      { VM_TYPE: 'a3-megagpu-8g' },
      { gpuCount: 8, networkConfig: 'multi_nic_network', localSsdCount: 16, diskType: 'pd-ssd' },
    ],
    [
      { VM_TYPE: 'a4-highgpu-8g' },
      { diskType: 'hyperdisk-balanced', imageProject: 'ubuntu-os-accelerator-images', enableNotebook: false },
    ],
    [{ VM_TYPE: 'g4-standard-12' }, { gpuCount: 1, acceleratorType: 'nvidia-rtx-pro-6000' }],
    [{ VM_TYPE: 'e2-standard-4' }, { gpuCount: 0, acceleratorType: undefined }],
    [{ VM_TYPE: 'n1-standard-4' }, { gpuCount: 0, acceleratorType: undefined }],
    [
      { VM_TYPE: 'n1-standard-16', ACCELERATOR_TYPE: 'nvidia-tesla-v100' },
      { gpuCount: 2, acceleratorType: 'nvidia-tesla-v100' },
    ],
    [{ INSTANCE_COUNT: '2' }, { placement: 'compact' }],
    [{ INSTANCE_COUNT: '2', VM_TYPE: 'g2-standard-4' }, { placement: 'none' }],
    [
      { INSTANCE_COUNT: '2', PROVISIONING_MODEL: 'flex-start' },
      { placement: 'none', maxRunSeconds: 604_800 },
    ],
    [{ INSTANCE_COUNT: '2', PROVISIONING_MODEL: 'flex-start', VM_TYPE: 'a4-highgpu-8g' }, { placement: 'compact' }],
    [
      { INSTANCE_COUNT: '2', RESERVATION_NAME: 'mine' },
      { provisioningModel: 'reservation', placement: 'none' },
    ],
    [
      { IMAGE_NAME: 'mine' },
      { imageName: 'mine', imageFamily: undefined, imageProject: 'deeplearning-platform-release' },
    ],
    [
      { IMAGE_FAMILY_NAME: 'mine', IMAGE_PROJECT: 'my-images' },
      { imageFamily: 'mine', imageProject: 'my-images', enableNotebook: false },
    ],
    [{ COPY_DIR_PATH: '/usr/cp' }, { copyDestination: '/usr/cp' }],
    [{ COPY_DIR_PATH: 'work/' }, { copyDestination: '/home/me/work' }],
    [{ CLEANUP_ON_EXIT: 'yes' }, { maxRunSeconds: 43_200 }],
    [{ CLEANUP_ON_EXIT: 'yes', MAX_RUN_DURATION: '1h' }, { maxRunSeconds: 3600 }],
    [{ ENABLE_NOTEBOOK: 'yes', IMAGE_NAME: 'a', IMAGE_PROJECT: 'my-images' }, { enableNotebook: true }],
  ])('%j gives %j', (env, options) => {
    expect(created(env)).toMatchObject(options);
  });

  it.each<[Variables, string]>([
    [{ INSTANCE_COUNT: '151' }, 'PLACEMENT is none: compact holds 150 machines of a2-highgpu-2g, not 151'],
    [
      { CLEANUP_ON_EXIT: 'yes' },
      'MAX_RUN_DURATION is 12h, because CLEANUP_ON_EXIT=yes: Google deletes the machines then if the container cannot',
    ],
    [{ PROVISIONING_MODEL: 'flex-start' }, 'MAX_RUN_DURATION is 7d, the most that flex-start allows'],
    [{ VM_LOCALFILE_DEST_PATH: '/opt' }, 'VM_LOCALFILE_DEST_PATH has no effect without COPY_DIR_PATH'],
  ])('%j is worth a note', (env, note) => {
    expect(noted(env)).toEqual([note]);
    expect(noted(env, ['destroy'])).toEqual([]);
  });

  it('cannot be changed afterwards, at any depth', () => {
    const options = created({ METADATA: '{ a = "1" }', GCS_PATH: 'gs://my-bucket' });

    expect([options, options.metadata, options.zones, options.gcsPath].every((value) => Object.isFrozen(value))).toBe(
      true,
    );
  });
});
