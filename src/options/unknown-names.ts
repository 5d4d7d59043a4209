import { suggest } from '../core/suggest.ts';
import { actionsThatNeed } from './action-words.ts';
import { formerNames } from './former-names.ts';
import type { Mistake } from './mistakes.ts';
import { tableEntries } from './table.ts';

const names = tableEntries.map(([, option]) => option.env);

// Read by Google's libraries, Terraform, Node or the system: in an env file they are as good as in the environment.
const surroundings = [
  /^(GOOGLE|CLOUDSDK|CLOUD_SDK|GCE_METADATA|TF|NODE|SSL_CERT|XDG|LC)_/,
  /_PROXY$/i,
  /^(HOME|PATH|USER|LOGNAME|SHELL|LANG|TZ|TERM|TMPDIR|PWD|HOSTNAME|COLUMNS|CI|NO_COLOR|USER_PROJECT_OVERRIDE)$/,
];

// What other tools call it: too far from our name to be taken for a slip of the keyboard.
const calledElsewhere: Readonly<Record<string, readonly string[]>> = {
  PROJECT_ID: ['PROJECT', 'PROJECT_NAME', 'GCP_PROJECT', 'GCP_PROJECT_ID', 'GCLOUD_PROJECT'],
  NAME_PREFIX: ['PREFIX', 'NAME', 'CLUSTER', 'CLUSTER_NAME', 'DEPLOYMENT', 'DEPLOYMENT_NAME', 'INSTANCE_NAME'],
  ZONE: ['LOCATION', 'COMPUTE_ZONE', 'GCP_ZONE'],
  REGION: ['COMPUTE_REGION', 'GCP_REGION'],
  INSTANCE_COUNT: [
    'NUM_INSTANCES',
    'INSTANCES',
    'NODE_COUNT',
    'NUM_NODES',
    'NODES',
    'NNODES',
    'MACHINE_COUNT',
    'VM_COUNT',
  ],
  VM_TYPE: ['MACHINE_TYPE', 'INSTANCE_TYPE', 'NODE_TYPE', 'MACHINE'],
  GPU_COUNT: ['GPUS', 'NUM_GPUS', 'NGPUS', 'GPUS_PER_NODE', 'ACCELERATOR_COUNT'],
  ACCELERATOR_TYPE: ['GPU', 'GPU_TYPE', 'ACCELERATOR'],
  IMAGE_FAMILY_NAME: ['IMAGE_FAMILY', 'FAMILY'],
  IMAGE_NAME: ['IMAGE', 'VM_IMAGE', 'SOURCE_IMAGE', 'BOOT_IMAGE'],
  DISK_SIZE_GB: ['DISK_SIZE', 'BOOT_DISK_SIZE', 'BOOT_DISK_SIZE_GB'],
  DISK_TYPE: ['BOOT_DISK_TYPE'],
  GCS_PATH: ['BUCKET', 'BUCKET_NAME', 'GCS_BUCKET', 'STATE_BUCKET'],
  NETWORK_CONFIG: ['NETWORK', 'NETWORK_NAME', 'VPC'],
  PROVISIONING_MODEL: ['SPOT', 'USE_SPOT', 'PREEMPTIBLE'],
  RESERVATION_NAME: ['RESERVATION'],
  MAX_RUN_DURATION: ['RUN_DURATION', 'MAX_RUN_TIME', 'TIME_LIMIT'],
  LABELS: ['TAGS'],
  STARTUP_COMMAND: ['COMMAND', 'RUN_COMMAND'],
};
const meantBy = new Map(
  Object.entries(calledElsewhere).flatMap(([ours, theirs]) => theirs.map((name) => [name, ours])),
);

/** Tells whether a variable belongs to what a program runs in, and not to the program. */
export function isOfSurroundings(name: string): boolean {
  return !meantBy.has(name) && surroundings.some((pattern) => pattern.test(name));
}

/**
 * A name that stands in an env file and means nothing: whoever wrote `MACHINE_TYPE=e2-standard-4` would get the machines
 * of the default. `texts` are the options that were given. It does not stop what makes nothing.
 */
export function unknownName(name: string, texts: ReadonlyMap<string, string>): Mistake {
  const usedBy = actionsThatNeed('cluster');
  const word = name.replace(/^-+/, '').replaceAll('-', '_').toUpperCase();
  const meant = meantBy.get(word) ?? suggest(word, [...names, ...Object.keys(formerNames)]);
  if (meant === undefined) return { option: name, reason: 'is not an option', usedBy };
  if (texts.has(meant)) return { option: name, reason: `is not an option; ${meant} is, and is given too`, usedBy };
  return { option: name, reason: 'is not an option', suggestion: meant };
}
