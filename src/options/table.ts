import { machineTypeNames } from '../catalog/machine-types.ts';
import { n1Gpus } from '../catalog/n1-gpus.ts';
import { suggest } from '../core/suggest.ts';
import { actionNames, actionsThatNeed } from './action-words.ts';
import type { ActionName } from './action-words.ts';
import { addressRanges } from './address-ranges.ts';
import { bucketDirectory, bucketMounts } from './buckets.ts';
import {
  duration,
  listOf,
  localPath,
  machinePath,
  matching,
  oneOf,
  verbatimText,
  wholeNumber,
  yesNo,
} from './kinds.ts';
import { labels } from './labels.ts';
import { metadata } from './metadata.ts';
import { nfsShares } from './nfs-shares.ts';
import type { Kind, Option } from './option.ts';
import { region, zoneList } from './places.ts';
import { Refusal } from './refusal.ts';

const making = actionsThatNeed('cluster');
const onOneDeployment = actionsThatNeed('cluster', 'deployment');
const onOneProject = actionsThatNeed('cluster', 'deployment', 'project');
const copying: ActionName[] = [...making, 'copy'];
const reaching: ActionName[] = [...onOneProject, 'doctor', 'sandbox'];

const name = '[a-z]([-a-z0-9]{0,61}[a-z0-9])?';

/**
 * THE table: every variable of the env file, which is every flag of the command line. The type of the options, `--help`,
 * env.list.example, docs/variables.md, the completion of the shells and the texts of mistakes all come from here.
 */
export const table = {
  action: {
    env: 'ACTION',
    kind: oneOf(actionNames),
    group: 'required',
    summary: 'what to do; the first argument says the same, and wins',
    example: 'Create',
  },
  projectId: {
    env: 'PROJECT_ID',
    kind: matching(
      /^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      'a project id: 6 to 30 lower-case letters, digits and hyphens (not the name or the number of the project)',
    ),
    group: 'required',
    summary: 'the Google Cloud project that owns and pays for the cluster',
    example: 'my-project',
    neededBy: onOneProject,
    usedBy: reaching,
  },
  namePrefix: {
    env: 'NAME_PREFIX',
    kind: matching(
      /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/,
      'a name: a lower-case letter, then up to 19 lower-case letters, digits and hyphens, no hyphen at its end',
    ),
    group: 'required',
    summary: 'name of the deployment; every resource is called after it',
    example: 'demo',
    neededBy: onOneDeployment,
    usedBy: reaching,
  },
  zones: {
    env: 'ZONE',
    kind: zoneList(),
    group: 'required',
    summary: 'zone, or several of one region in order of preference: the next is tried when one is sold out',
    example: 'us-central1-f,us-central1-a',
    neededBy: making,
    usedBy: reaching,
  },
  region: {
    env: 'REGION',
    kind: region(),
    defaultText: 'the region of ZONE',
    group: 'required',
    summary: 'region; only needed where ZONE is not given',
    example: 'us-central1',
    usedBy: reaching,
  },

  instanceCount: {
    env: 'INSTANCE_COUNT',
    kind: wholeNumber(1, 1000),
    default: '1',
    group: 'machines',
    summary: 'number of machines',
    example: '4',
    usedBy: making,
  },
  partial: {
    env: 'PARTIAL',
    kind: oneOf(['fail', 'keep']),
    default: 'fail',
    group: 'machines',
    summary: 'where Google gives some of the machines and refuses the others: fail, or keep those that it gives',
    example: 'keep',
    usedBy: making,
  },
  vmType: {
    env: 'VM_TYPE',
    kind: vmType(),
    default: 'a2-highgpu-2g',
    group: 'machines',
    summary: 'machine type; it decides about GPUs, disks, local SSDs and networks',
    example: 'a3-highgpu-8g',
    usedBy: making,
  },
  gpuCount: {
    env: 'GPU_COUNT',
    kind: wholeNumber(0, 16),
    defaultText: 'what VM_TYPE carries',
    group: 'machines',
    summary: 'GPUs of one machine; a choice on n1 machines only',
    example: '2',
    usedBy: making,
  },
  acceleratorType: {
    env: 'ACCELERATOR_TYPE',
    kind: acceleratorType(),
    defaultText: 'what VM_TYPE carries',
    group: 'machines',
    summary: 'type of GPU; a choice on n1 machines only',
    example: 'nvidia-tesla-t4',
    usedBy: making,
  },
  provisioningModel: {
    env: 'PROVISIONING_MODEL',
    kind: oneOf(['standard', 'spot', 'flex-start', 'reservation']),
    defaultText: 'standard, or reservation with RESERVATION_NAME',
    group: 'machines',
    summary: 'how to get hold of the machines: at once, cheap but revocable, by waiting in line, or as reserved',
    example: 'spot',
    usedBy: making,
  },
  reservationName: {
    env: 'RESERVATION_NAME',
    kind: matching(
      new RegExp(
        `^(projects/[a-z0-9.:-]+/reservations/)?${name}(/reservationBlocks/${name}(/reservationSubBlocks/${name})?)?$`,
      ),
      'the name of a reservation, or projects/PROJECT/reservations/NAME',
    ),
    group: 'machines',
    summary: 'reservation to take the machines from, with its own placement',
    example: 'my-reservation',
    usedBy: making,
  },
  placement: {
    env: 'PLACEMENT',
    kind: oneOf(['compact', 'none']),
    defaultText: 'compact where VM_TYPE supports it; one machine alone needs none',
    group: 'machines',
    summary: 'compact = machines close together, for short ways between them',
    example: 'none',
    usedBy: making,
  },

  imageFamily: {
    env: 'IMAGE_FAMILY_NAME',
    kind: matching(new RegExp(`^${name}$`), 'the name of an image family'),
    defaultText: 'a current Deep Learning VM family; an Ubuntu accelerator family for RDMA and arm64 machines',
    group: 'image and disks',
    summary: 'family of the boot image: its newest image is taken',
    example: 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580',
    usedBy: making,
  },
  imageName: {
    env: 'IMAGE_NAME',
    kind: matching(new RegExp(`^${name}$`), 'the name of an image'),
    group: 'image and disks',
    summary: 'one exact boot image, in place of a family',
    example: 'my-image-v7',
    usedBy: making,
  },
  imageProject: {
    env: 'IMAGE_PROJECT',
    kind: matching(/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'a project id'),
    defaultText: 'deeplearning-platform-release, or that of the default family',
    group: 'image and disks',
    summary: 'project that the image is in',
    example: 'my-images',
    usedBy: making,
  },
  diskSizeGb: {
    env: 'DISK_SIZE_GB',
    kind: wholeNumber(10, 65_536),
    default: '2000',
    group: 'image and disks',
    summary: 'size of the boot disk in GB',
    example: '500',
    usedBy: making,
  },
  diskType: {
    env: 'DISK_TYPE',
    kind: oneOf(['pd-standard', 'pd-balanced', 'pd-ssd', 'hyperdisk-balanced']),
    defaultText: 'pd-ssd where VM_TYPE allows it, else hyperdisk-balanced',
    group: 'image and disks',
    summary: 'type of the boot disk',
    example: 'pd-balanced',
    usedBy: making,
  },
  localSsdCount: {
    env: 'LOCAL_SSD_COUNT',
    kind: wholeNumber(0, 32),
    defaultText: 'what VM_TYPE bundles',
    group: 'image and disks',
    summary: 'local SSDs of one machine, joined to one fast volume at /mnt/localssd',
    example: '4',
    usedBy: making,
  },

  networkConfig: {
    env: 'NETWORK_CONFIG',
    kind: oneOf(['default_network', 'new_network', 'multi_nic_network']),
    defaultText: 'new_network, or multi_nic_network where VM_TYPE has GPUDirect',
    group: 'network',
    summary: 'the default network, one of its own, or as many as VM_TYPE has interfaces for',
    example: 'new_network',
    usedBy: making,
  },
  publicIp: {
    env: 'PUBLIC_IP',
    kind: yesNo(),
    default: 'no',
    group: 'network',
    summary: 'yes = an external address for each machine; no = Cloud NAT for the way out, IAP for the way in',
    example: 'yes',
    usedBy: making,
  },
  sshSourceRanges: {
    env: 'SSH_SOURCE_RANGES',
    kind: addressRanges(),
    // https://docs.cloud.google.com/iap/docs/using-tcp-forwarding#create-firewall-rule
    default: '35.235.240.0/20',
    group: 'network',
    summary: 'who may reach port 22; the default is Identity-Aware Proxy and nobody else',
    example: '203.0.113.0/24',
    usedBy: making,
  },

  copyDirPath: {
    env: 'COPY_DIR_PATH',
    kind: localPath('directory'),
    group: 'files and start-up',
    summary: 'directory of the container (mount it with -v) whose whole tree is copied to every machine',
    example: '/usr/cp',
    neededBy: ['copy'],
    usedBy: copying,
  },
  copyDestination: {
    env: 'VM_LOCALFILE_DEST_PATH',
    kind: machinePath(),
    defaultText: 'the absolute path of COPY_DIR_PATH',
    group: 'files and start-up',
    summary: 'where that tree lands on the machines',
    example: '/opt/work',
    usedBy: copying,
  },
  startupCommand: {
    env: 'STARTUP_COMMAND',
    kind: verbatimText('a command for bash', 64 * 1024),
    group: 'files and start-up',
    summary: 'command that each machine runs once, after its files and mounts are there',
    example: 'python3 /usr/cp/train.py',
    secret: true,
    usedBy: making,
  },
  startupScriptPath: {
    env: 'STARTUP_SCRIPT_PATH',
    kind: localPath('file'),
    group: 'files and start-up',
    summary: 'script in the container, in place of STARTUP_COMMAND',
    example: '/usr/cp/start.sh',
    usedBy: making,
  },
  metadata: {
    env: 'METADATA',
    kind: metadata(),
    default: '{}',
    group: 'files and start-up',
    summary: 'metadata of the machines, as an HCL map or as JSON',
    example: '{ key1 = "val", key2 = "val2" }',
    secret: true,
    usedBy: making,
  },

  gcsPath: {
    env: 'GCS_PATH',
    kind: bucketDirectory(),
    defaultText: 'a bucket cluster-provision-<PROJECT_ID>, which is made',
    group: 'storage',
    summary: 'bucket, and directory in it, for the state and the copied files; it must exist',
    example: 'gs://my-bucket',
    usedBy: reaching,
  },
  gcsMounts: {
    env: 'GCS_MOUNT_LIST',
    kind: bucketMounts(),
    default: '',
    group: 'storage',
    summary: 'buckets that the machines see as directories (gcsfuse)',
    example: 'my-data:/data,my-models:/models',
    usedBy: making,
  },
  nfsShares: {
    env: 'NFS_FILESTORE_LIST',
    kind: nfsShares(),
    default: '',
    group: 'storage',
    summary: 'Filestore shares: /path:TIER[:GB] is made, /path:existing:IP:/share is there already',
    example: '/nfs:BASIC_SSD:2560',
    usedBy: making,
  },

  serviceAccount: {
    env: 'SERVICE_ACCOUNT',
    kind: matching(
      /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/,
      'the e-mail address of a service account, such as runner@my-project.iam.gserviceaccount.com',
    ),
    defaultText: 'one is made, with just the roles it needs',
    group: 'services',
    summary:
      'identity of the machines; you give it logging.logWriter, monitoring.metricWriter, storage.objectUser on mounted buckets, compute.viewer for Ray',
    example: 'runner@my-project.iam.gserviceaccount.com',
    usedBy: making,
  },
  enableOpsAgent: {
    env: 'ENABLE_OPS_AGENT',
    kind: yesNo(),
    default: 'yes',
    group: 'services',
    summary: 'metrics and logs of the machines and their GPUs, with one dashboard',
    example: 'no',
    usedBy: making,
  },
  enableNotebook: {
    env: 'ENABLE_NOTEBOOK',
    kind: yesNo(),
    defaultText: 'yes on a Deep Learning VM image, else no',
    group: 'services',
    summary: 'Jupyter on each machine, with its link in the report',
    example: 'no',
    usedBy: making,
  },
  showProxyUrl: {
    env: 'SHOW_PROXY_URL',
    kind: yesNo(),
    default: 'yes',
    group: 'services',
    summary: 'no = leave the links to Jupyter out of the report',
    example: 'no',
  },
  orchestratorType: {
    env: 'ORCHESTRATOR_TYPE',
    kind: orchestratorType(),
    default: 'none',
    group: 'services',
    summary: 'ray = a Ray cluster: its head on the first machine, workers on the others',
    example: 'ray',
    usedBy: making,
  },
  labels: {
    env: 'LABELS',
    kind: labels(),
    default: '{}',
    group: 'services',
    summary: 'labels of everything that is made, as an HCL map or as JSON',
    example: '{ team = "vision" }',
    usedBy: making,
  },

  cleanupOnExit: {
    env: 'CLEANUP_ON_EXIT',
    kind: yesNo(),
    default: 'no',
    group: 'life time',
    summary: 'yes = the container stays, and takes everything away when it ends',
    example: 'yes',
    usedBy: making,
  },
  exitWhenDone: {
    env: 'EXIT_WHEN_DONE',
    kind: yesNo(),
    default: 'no',
    group: 'life time',
    summary: 'with CLEANUP_ON_EXIT: end when the start-up command has ended on all machines, with its exit code',
    example: 'yes',
    usedBy: making,
  },
  maxRunSeconds: {
    env: 'MAX_RUN_DURATION',
    // https://docs.cloud.google.com/compute/docs/instances/limit-vm-runtime
    kind: duration('30s', '120d'),
    defaultText: 'none; 12h with CLEANUP_ON_EXIT, 7d with flex-start',
    group: 'life time',
    summary: 'Google deletes the machines after this time, whatever became of the container',
    example: '36h',
    usedBy: making,
  },
  onFailure: {
    env: 'ON_FAILURE',
    kind: oneOf(['keep', 'destroy']),
    default: 'keep',
    group: 'life time',
    summary: 'when create fails: keep what there is and say so, or take it all away',
    example: 'destroy',
    usedBy: making,
  },

  wait: {
    env: 'WAIT',
    kind: yesNo(),
    default: 'yes',
    group: 'run',
    summary: 'wait until the machines say that they are ready',
    example: 'no',
  },
  timeoutSeconds: {
    env: 'TIMEOUT',
    kind: duration('10s', '7d'),
    default: '30m',
    group: 'run',
    summary: 'longest wait for that',
    example: '1h',
  },
  lockTimeoutSeconds: {
    env: 'LOCK_TIMEOUT',
    kind: duration('0s', '1d'),
    default: '10m',
    group: 'run',
    summary: 'longest wait for another run of the same deployment',
    example: '0s',
  },
  stopGraceSeconds: {
    env: 'STOP_GRACE',
    kind: duration('1s', '1d'),
    default: '10s',
    group: 'run',
    summary: 'time between the SIGTERM and the SIGKILL of `docker stop --time`',
    example: '300s',
  },
  enableApis: {
    env: 'ENABLE_APIS',
    kind: yesNo(),
    default: 'no',
    group: 'run',
    summary: 'yes = switch missing APIs of the project on',
    example: 'yes',
  },
  deleteForeignFirewalls: {
    env: 'DELETE_FOREIGN_FIREWALLS',
    kind: yesNo(),
    default: 'no',
    group: 'run',
    summary:
      'yes = destroy also deletes what others added to our networks (firewall rules, routes), which blocks their deletion',
    example: 'yes',
  },
  noDryRun: {
    env: 'NO_DRY_RUN',
    kind: yesNo(),
    default: 'no',
    group: 'run',
    summary: 'yes = cleanup deletes what it finds, and does not only list it',
    example: 'yes',
  },
  follow: {
    env: 'FOLLOW',
    kind: yesNo(),
    default: 'no',
    group: 'run',
    summary: 'yes = logs goes on with what the machines say next, until Ctrl-C',
    example: 'yes',
    usedBy: ['logs'],
  },
  skipChecks: {
    env: 'SKIP_CHECKS',
    kind: listOf(matching(/^[a-z][a-z0-9-]*$/, 'the name of a preflight check'), 'a list of names of preflight checks'),
    default: '',
    group: 'run',
    summary: 'preflight checks to leave out, by name',
    example: 'quota,image',
  },
  logFormat: {
    env: 'LOG_FORMAT',
    kind: oneOf(['text', 'json', 'markdown']),
    default: 'text',
    group: 'run',
    summary: 'json = one event a line (also --json); markdown = reports for the summary of a CI job (also --markdown)',
    example: 'json',
  },
  reportPath: {
    env: 'REPORT_PATH',
    kind: localPath('file'),
    defaultText: 'report.html in the directory of the deployment below WORK_DIR',
    group: 'run',
    summary: 'file for the report as a web page, which create and status write',
    example: '/work/report.html',
    usedBy: onOneDeployment,
  },
  debug: {
    env: 'DEBUG',
    kind: yesNo(),
    default: 'no',
    group: 'run',
    summary: "yes = show Google's own words with what it refuses; terraform's are in its log",
    example: 'yes',
  },
  workDir: {
    env: 'WORK_DIR',
    kind: localPath('directory'),
    default: '.cluster-provision',
    group: 'run',
    summary: 'directory for terraform and for state that could not be saved elsewhere',
    example: '/work',
  },

  sandbox: {
    env: 'SANDBOX',
    kind: yesNo(),
    default: 'no',
    group: 'sandbox',
    summary: 'yes = run against the embedded Google Cloud: no account, no costs',
    example: 'yes',
  },
  sandboxDir: {
    env: 'SANDBOX_DIR',
    kind: localPath('directory'),
    default: '.sandbox',
    group: 'sandbox',
    summary: 'directory that keeps the embedded Google Cloud between two runs',
    example: '/work/sandbox',
  },
  sandboxProvider: {
    env: 'SANDBOX_PROVIDER',
    kind: oneOf(['embedded', 'real']),
    default: 'embedded',
    group: 'sandbox',
    summary: "real = terraform's own google provider against the embedded Google Cloud, where it is installed",
    example: 'real',
  },
  sandboxFaults: {
    env: 'SANDBOX_FAULTS',
    kind: localPath('file'),
    group: 'sandbox',
    summary: 'file of faults that the embedded Google Cloud shall have',
    example: 'faults.yaml',
  },
  sandboxMachines: {
    env: 'SANDBOX_MACHINES',
    kind: oneOf(['on', 'off']),
    default: 'on',
    group: 'sandbox',
    summary: 'off = machines run no start-up script, they are only said to be ready; for thousands of them',
    example: 'off',
  },
} as const satisfies Record<string, Option>;

/** The name of an option in the code, such as `namePrefix`. */
export type OptionKey = keyof typeof table;

type Parsed<Entry> = Entry extends { kind: Kind<infer Value> } ? Value : never;

/** What the table alone says about the values: those without a constant default may be missing. */
export type TableValues = {
  [Key in OptionKey]: (typeof table)[Key] extends { default: string }
    ? Parsed<(typeof table)[Key]>
    : Parsed<(typeof table)[Key]> | undefined;
};

/** All entries with their keys, in the order of the table. */
export const tableEntries = Object.entries(table) as [OptionKey, Option][];

function vmType(): Kind<string> {
  const names = machineTypeNames();
  return {
    allowed: 'a machine type',
    words: names,
    parse(text) {
      if (!names.includes(text)) throw new Refusal('', suggest(text, names));
      return text;
    },
  };
}

function acceleratorType(): Kind<string> {
  return {
    ...matching(/^nvidia-[a-z0-9-]{1,60}$/, 'a type of GPU such as nvidia-tesla-t4'),
    words: n1Gpus.filter((gpu) => !gpu.retired).map((gpu) => gpu.acceleratorType),
  };
}

function orchestratorType(): Kind<'none' | 'ray'> {
  const kind = oneOf(['none', 'ray']);
  return {
    ...kind,
    parse(text) {
      if (!/^(gke|slurm)$/i.test(text)) return kind.parse(text);
      throw new Refusal(`'${text}' clusters come in a later version; this one makes machines with none or ray`);
    },
  };
}
