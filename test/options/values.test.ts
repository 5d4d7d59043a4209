import { describe, expect, it } from 'vitest';
import { table } from '../../src/options/table.ts';
import type { OptionKey } from '../../src/options/table.ts';
import { created, mistakes } from './given.ts';

// Every option, right in each way it can be written. The values beside the option are what it needs to be right.
const right: [OptionKey, string, unknown, Record<string, string>?][] = [
  ['action', 'CREATE', 'create'],
  ['projectId', 'example.com:my-project', 'example.com:my-project'],
  ['namePrefix', 'a2345678901234567-90', 'a2345678901234567-90'],
  ['namePrefix', 'x', 'x', { SERVICE_ACCOUNT: 'runner@my-project.iam.gserviceaccount.com' }],
  ['zones', 'us-central1-f', ['us-central1-f']],
  ['zones', 'us-central1-f, us-central1-ai1a,', ['us-central1-f', 'us-central1-ai1a']],
  ['region', 'us-central1', 'us-central1'],
  ['instanceCount', '1000', 1000],
  ['vmType', 'g2-standard-4', 'g2-standard-4'],
  ['gpuCount', '2', 2],
  ['acceleratorType', 'nvidia-tesla-a100', 'nvidia-tesla-a100'],
  ['provisioningModel', 'Flex-Start', 'flex-start'],
  ['reservationName', 'projects/other/reservations/mine', 'projects/other/reservations/mine'],
  ['reservationName', 'mine/reservationBlocks/block-1', 'mine/reservationBlocks/block-1'],
  ['placement', 'none', 'none'],
  ['imageFamily', 'my-family', 'my-family'],
  ['imageName', 'my-image-v7', 'my-image-v7'],
  ['imageProject', 'my-images', 'my-images', { IMAGE_NAME: 'my-image' }],
  ['diskSizeGb', '10', 10],
  ['diskType', 'PD-BALANCED', 'pd-balanced'],
  ['localSsdCount', '4', 4],
  ['networkConfig', 'default_network', 'default_network'],
  ['publicIp', 'yes', true],
  ['sshSourceRanges', '10.0.0.0/8,203.0.113.7', ['10.0.0.0/8', '203.0.113.7/32']],
  ['copyDirPath', './work', './work'],
  ['copyDestination', '/opt/work/', '/opt/work', { COPY_DIR_PATH: '/usr/cp' }],
  ['startupCommand', '"/usr/cp/a b.sh" --x=\'1\'\n\techo done', '"/usr/cp/a b.sh" --x=\'1\'\n\techo done'],
  ['startupScriptPath', '/usr/cp/start.sh', '/usr/cp/start.sh'],
  ['metadata', '{ key1 = "val", key2 = "val2"}', { key1: 'val', key2: 'val2' }],
  ['labels', '{"team": "größe_1", "empty": ""}', { team: 'größe_1', empty: '' }],
  ['gcsPath', 'gs://my-bucket', { bucket: 'my-bucket', directory: '' }],
  ['gcsPath', 'gs://my.bucket_1/a/b/', { bucket: 'my.bucket_1', directory: 'a/b' }],
  [
    'gcsMounts',
    'data:/data,gs://models:/mnt/models/',
    [
      { bucket: 'data', path: '/data' },
      { bucket: 'models', path: '/mnt/models' },
    ],
  ],
  [
    'nfsShares',
    '/a:basic_ssd,/b:HIGH_SCALE_SSD,/c:ZONAL:1024,/d:existing:10.0.0.2:/vol1',
    [
      { path: '/a', tier: 'BASIC_SSD', sizeGb: 2560 },
      { path: '/b', tier: 'HIGH_SCALE_SSD', sizeGb: 10_240 },
      { path: '/c', tier: 'ZONAL', sizeGb: 1024 },
      { path: '/d', server: '10.0.0.2', share: '/vol1' },
    ],
  ],
  ['serviceAccount', '123-compute@developer.gserviceaccount.com', '123-compute@developer.gserviceaccount.com'],
  ['enableOpsAgent', 'TRUE', true],
  ['enableOpsAgent', '0', false],
  ['enableNotebook', 'No', false],
  ['showProxyUrl', 'off', false],
  ['orchestratorType', 'Ray', 'ray'],
  ['cleanupOnExit', '1', true],
  ['exitWhenDone', 'y', true, { CLEANUP_ON_EXIT: 'yes', STARTUP_COMMAND: 'true' }],
  ['maxRunSeconds', '36h', 129_600],
  ['maxRunSeconds', '1d1h1m1s', 90_061],
  ['partial', 'keep', 'keep'],
  ['onFailure', 'destroy', 'destroy'],
  ['wait', 'no', false],
  ['timeoutSeconds', '90s', 90],
  ['lockTimeoutSeconds', '0s', 0],
  ['stopGraceSeconds', '5m', 300],
  ['enableApis', 'on', true],
  ['deleteForeignFirewalls', 'yes', true],
  ['noDryRun', 'yes', true],
  ['follow', 'yes', true],
  ['skipChecks', 'quota,image', ['quota', 'image']],
  ['logFormat', 'json', 'json'],
  ['debug', 'n', false],
  ['reportPath', '/work/report.html', '/work/report.html'],
  ['workDir', '/work', '/work'],
  ['sandbox', 'yes', true],
  ['sandboxDir', '/tmp/s', '/tmp/s', { SANDBOX: 'yes' }],
  ['sandboxProvider', 'real', 'real', { SANDBOX: 'yes' }],
  ['sandboxFaults', 'faults.yaml', 'faults.yaml', { SANDBOX: 'yes' }],
  ['sandboxMachines', 'OFF', 'off', { SANDBOX: 'yes' }],
];

const wrong: [string, string, string][] = [
  [
    'ACTION',
    'Creat',
    "ACTION: 'Creat' is not one of create, destroy, plan, validate, status, logs, ssh, tunnel, list, copy, cleanup, unlock, doctor, sandbox, env, completion, help, version; did you mean create?",
  ],
  [
    'PROJECT_ID',
    'My Project',
    "PROJECT_ID: 'My Project' is not a project id: 6 to 30 lower-case letters, digits and hyphens (not the name or the number of the project)",
  ],
  [
    'PROJECT_ID',
    '123456789012',
    "PROJECT_ID: '123456789012' is not a project id: 6 to 30 lower-case letters, digits and hyphens (not the name or the number of the project)",
  ],
  [
    'NAME_PREFIX',
    'Demo',
    "NAME_PREFIX: 'Demo' is not a name: a lower-case letter, then up to 19 lower-case letters, digits and hyphens, no hyphen at its end",
  ],
  [
    'NAME_PREFIX',
    'a23456789012345678901',
    "NAME_PREFIX: 'a23456789012345678901' is not a name: a lower-case letter, then up to 19 lower-case letters, digits and hyphens, no hyphen at its end",
  ],
  [
    'NAME_PREFIX',
    'demo-',
    "NAME_PREFIX: 'demo-' is not a name: a lower-case letter, then up to 19 lower-case letters, digits and hyphens, no hyphen at its end",
  ],
  ['ZONE', 'us-central1', "ZONE: 'us-central1' is a region; a zone has a letter more, such as us-central1-a"],
  [
    'ZONE',
    'us-central1-f,us-east1-b',
    "ZONE: 'us-east1-b' is in us-east1 and 'us-central1-f' in us-central1; all zones must be in one region",
  ],
  ['ZONE', 'us-central1-f,us-central1-f', "ZONE: 'us-central1-f' is there twice"],
  ['ZONE', 'us-central1-f,,us-central1-a', "ZONE: '' is not a zone such as us-central1-a"],
  ['ZONE', 'central', "ZONE: 'central' is not a zone such as us-central1-a"],
  [
    'REGION',
    'us-central1-f',
    "REGION: 'us-central1-f' is a zone; its region is us-central1; did you mean us-central1?",
  ],
  ['REGION', 'us', "REGION: 'us' is not a region such as us-central1"],
  ['INSTANCE_COUNT', '0', "INSTANCE_COUNT: '0' is not a whole number from 1 to 1000"],
  ['INSTANCE_COUNT', '1.5', "INSTANCE_COUNT: '1.5' is not a whole number from 1 to 1000"],
  ['INSTANCE_COUNT', '1e2', "INSTANCE_COUNT: '1e2' is not a whole number from 1 to 1000"],
  [
    'INSTANCE_COUNT',
    '99999999999999999999',
    "INSTANCE_COUNT: '99999999999999999999' is not a whole number from 1 to 1000",
  ],
  ['VM_TYPE', 'a2-highgpu-3g', "VM_TYPE: 'a2-highgpu-3g' is not a machine type; did you mean a2-highgpu-2g?"],
  ['VM_TYPE', 'p5.48xlarge', "VM_TYPE: 'p5.48xlarge' is not a machine type"],
  ['GPU_COUNT', 'two', "GPU_COUNT: 'two' is not a whole number from 0 to 16"],
  ['ACCELERATOR_TYPE', 'A100', "ACCELERATOR_TYPE: 'A100' is not a type of GPU such as nvidia-tesla-t4"],
  [
    'PROVISIONING_MODEL',
    'flex_start',
    "PROVISIONING_MODEL: 'flex_start' is not one of standard, spot, flex-start, reservation; did you mean flex-start?",
  ],
  [
    'RESERVATION_NAME',
    'My Reservation',
    "RESERVATION_NAME: 'My Reservation' is not the name of a reservation, or projects/PROJECT/reservations/NAME",
  ],
  ['PLACEMENT', 'spread', "PLACEMENT: 'spread' is not one of compact, none"],
  ['IMAGE_FAMILY_NAME', 'my_family', "IMAGE_FAMILY_NAME: 'my_family' is not the name of an image family"],
  ['IMAGE_NAME', 'Image', "IMAGE_NAME: 'Image' is not the name of an image"],
  ['IMAGE_PROJECT', 'ml', "IMAGE_PROJECT: 'ml' is not a project id"],
  ['DISK_SIZE_GB', '5', "DISK_SIZE_GB: '5' is not a whole number from 10 to 65536"],
  ['DISK_SIZE_GB', '500GB', "DISK_SIZE_GB: '500GB' is not a whole number from 10 to 65536"],
  [
    'DISK_TYPE',
    'pd-sdd',
    "DISK_TYPE: 'pd-sdd' is not one of pd-standard, pd-balanced, pd-ssd, hyperdisk-balanced; did you mean pd-ssd?",
  ],
  ['LOCAL_SSD_COUNT', '-1', "LOCAL_SSD_COUNT: '-1' is not a whole number from 0 to 32"],
  ['NETWORK_CONFIG', 'new', "NETWORK_CONFIG: 'new' is not one of default_network, new_network, multi_nic_network"],
  ['PUBLIC_IP', 'maybe', "PUBLIC_IP: 'maybe' is not yes or no"],
  ['SSH_SOURCE_RANGES', '10.0.0.0/33', "SSH_SOURCE_RANGES: '10.0.0.0/33' is not an IPv4 range such as 35.235.240.0/20"],
  [
    'SSH_SOURCE_RANGES',
    '0.0.0.0/0',
    "SSH_SOURCE_RANGES: '0.0.0.0/0' lets the whole internet in; did you mean 35.235.240.0/20?",
  ],
  ['SSH_SOURCE_RANGES', '256.0.0.1', "SSH_SOURCE_RANGES: '256.0.0.1' is not an IPv4 range such as 35.235.240.0/20"],
  [
    'SSH_SOURCE_RANGES',
    '10.0.0.5/8',
    "SSH_SOURCE_RANGES: '10.0.0.5/8' does not begin at its first address; did you mean 10.0.0.0/8?",
  ],
  ['STARTUP_COMMAND', 'x'.repeat(65_537), 'STARTUP_COMMAND: is 65537 bytes long; 65536 are allowed'],
  ['STARTUP_COMMAND', 'echo \0', 'STARTUP_COMMAND: holds a NUL character'],
  ['METADATA', '{ a = b }', 'METADATA: column 7: a value is a text in double quotes, a number, true or false'],
  [
    'METADATA',
    '{ startup-script = "x" }',
    'METADATA: the key startup-script cannot be set: use STARTUP_COMMAND or STARTUP_SCRIPT_PATH',
  ],
  [
    'METADATA',
    '{ cp-files-bucket = "x" }',
    'METADATA: the key cp-files-bucket cannot be set: keys that begin with cp- belong to this program',
  ],
  ['METADATA', '{ "a b" = "x" }', "METADATA: the key 'a b' is not 1 to 128 letters, digits, - and _"],
  ['METADATA', `{ a = "${'x'.repeat(262_145)}" }`, 'METADATA: the value of a is 262145 bytes long; 262144 are allowed'],
  [
    'METADATA',
    `{ a = "${'x'.repeat(262_144)}", b = "${'ü'.repeat(90_000)}" }`,
    'METADATA: all keys and values together are 442146 bytes long; 425984 are allowed',
  ],
  [
    'LABELS',
    '{ Team = "vision" }',
    "LABELS: the key 'Team' is not a letter followed by up to 63 lower-case letters, digits, - and _; did you mean team?",
  ],
  [
    'LABELS',
    '{ team = "Big Vision" }',
    "LABELS: the value 'Big Vision' of team is not up to 63 lower-case letters, digits, - and _; did you mean big-vision?",
  ],
  ['LABELS', '{ cluster-provision = "x" }', 'LABELS: the label cluster-provision cannot be set: this program sets it'],
  ['LABELS', '{ goog-x = "x" }', 'LABELS: the label goog-x cannot be set: goog belongs to Google'],
  [
    'LABELS',
    `{ ${Array.from({ length: 63 }, (_, index) => `l${index} = "x"`).join(', ')} }`,
    'LABELS: 63 labels are too many; 62 are allowed',
  ],
  [
    'GCS_PATH',
    'my-bucket/dir',
    "GCS_PATH: 'my-bucket/dir' is not a bucket such as gs://my-bucket or gs://my-bucket/directory; did you mean gs://my-bucket/dir?",
  ],
  [
    'GCS_PATH',
    's3://my-bucket',
    "GCS_PATH: 's3://my-bucket' is not a bucket such as gs://my-bucket or gs://my-bucket/directory",
  ],
  [
    'GCS_PATH',
    'gs://My_Bucket',
    "GCS_PATH: 'My_Bucket' is not a bucket name (3 to 63 lower-case letters, digits, -, _ and .)",
  ],
  [
    'GCS_PATH',
    'gs://192.168.0.1',
    "GCS_PATH: '192.168.0.1' is not a bucket name (3 to 63 lower-case letters, digits, -, _ and .)",
  ],
  [
    'GCS_PATH',
    'gs://my-bucket/../x',
    "GCS_PATH: '../x' is not a directory of a bucket (no *, ?, #, [, ], no . or .., no // in it)",
  ],
  [
    'GCS_PATH',
    'gs://my-bucket/a//b',
    "GCS_PATH: 'a//b' is not a directory of a bucket (no *, ?, #, [, ], no . or .., no // in it)",
  ],
  ['GCS_PATH', `gs://my-bucket/${'x'.repeat(513)}`, 'GCS_PATH: the directory is longer than 512 bytes'],
  ['GCS_MOUNT_LIST', 'data', "GCS_MOUNT_LIST: 'data' is not a mount such as my-bucket:/data"],
  ['GCS_MOUNT_LIST', 'data:/', "GCS_MOUNT_LIST: '/' is not an absolute path such as /data"],
  ['GCS_MOUNT_LIST', 'data:/a/../b', "GCS_MOUNT_LIST: '/a/../b' is not an absolute path such as /data"],
  ['GCS_MOUNT_LIST', 'one:/data,two:/data/x', 'GCS_MOUNT_LIST: two mounts lie at /data or below it'],
  [
    'NFS_FILESTORE_LIST',
    '/a',
    "NFS_FILESTORE_LIST: '/a' is not a share such as /nfs:BASIC_SSD:2560 or /nfs:existing:10.0.0.2:/share",
  ],
  [
    'NFS_FILESTORE_LIST',
    '/a:BASIC_SD',
    "NFS_FILESTORE_LIST: 'BASIC_SD' is not one of BASIC_HDD, BASIC_SSD, HIGH_SCALE_SSD, ZONAL, REGIONAL, ENTERPRISE; did you mean BASIC_SSD?",
  ],
  [
    'NFS_FILESTORE_LIST',
    '/a:BASIC_SSD:1024',
    "NFS_FILESTORE_LIST: '1024' is not a size for BASIC_SSD: 2560 to 102400 GB",
  ],
  [
    'NFS_FILESTORE_LIST',
    '/a:BASIC_SSD:big',
    "NFS_FILESTORE_LIST: 'big' is not a size for BASIC_SSD: 2560 to 102400 GB",
  ],
  ['NFS_FILESTORE_LIST', '/a:existing:host:/x', "NFS_FILESTORE_LIST: 'host' is not the IPv4 address of a file server"],
  ['NFS_FILESTORE_LIST', '/a:existing:10.0.0.1:x', "NFS_FILESTORE_LIST: 'x' is not a share such as /share"],
  [
    'SERVICE_ACCOUNT',
    'me@gmail.com',
    "SERVICE_ACCOUNT: 'me@gmail.com' is not the e-mail address of a service account, such as runner@my-project.iam.gserviceaccount.com",
  ],
  ['ENABLE_OPS_AGENT', '2', "ENABLE_OPS_AGENT: '2' is not yes or no"],
  ['ENABLE_NOTEBOOK', 'jupyter', "ENABLE_NOTEBOOK: 'jupyter' is not yes or no"],
  ['SHOW_PROXY_URL', 'constructor', "SHOW_PROXY_URL: 'constructor' is not yes or no"],
  [
    'ORCHESTRATOR_TYPE',
    'GKE',
    "ORCHESTRATOR_TYPE: 'GKE' clusters come in a later version; this one makes machines with none or ray",
  ],
  [
    'ORCHESTRATOR_TYPE',
    'slurm',
    "ORCHESTRATOR_TYPE: 'slurm' clusters come in a later version; this one makes machines with none or ray",
  ],
  ['ORCHESTRATOR_TYPE', 'rey', "ORCHESTRATOR_TYPE: 'rey' is not one of none, ray; did you mean ray?"],
  ['CLEANUP_ON_EXIT', 'always', "CLEANUP_ON_EXIT: 'always' is not yes or no"],
  ['EXIT_WHEN_DONE', 'x', "EXIT_WHEN_DONE: 'x' is not yes or no"],
  [
    'MAX_RUN_DURATION',
    '29s',
    "MAX_RUN_DURATION: '29s' is not a time from 30s to 120d, written like 90s, 30m, 36h, 7d or 1h30m",
  ],
  [
    'MAX_RUN_DURATION',
    '121d',
    "MAX_RUN_DURATION: '121d' is not a time from 30s to 120d, written like 90s, 30m, 36h, 7d or 1h30m",
  ],
  [
    'MAX_RUN_DURATION',
    '36',
    "MAX_RUN_DURATION: '36' is not a time from 30s to 120d, written like 90s, 30m, 36h, 7d or 1h30m",
  ],
  [
    'MAX_RUN_DURATION',
    '30m1h',
    "MAX_RUN_DURATION: '30m1h' is not a time from 30s to 120d, written like 90s, 30m, 36h, 7d or 1h30m",
  ],
  ['PARTIAL', 'some', "PARTIAL: 'some' is not one of fail, keep"],
  ['ON_FAILURE', 'retry', "ON_FAILURE: 'retry' is not one of keep, destroy"],
  ['WAIT', '30m', "WAIT: '30m' is not yes or no"],
  ['TIMEOUT', 'forever', "TIMEOUT: 'forever' is not a time from 10s to 7d, written like 90s, 30m, 36h, 7d or 1h30m"],
  ['LOCK_TIMEOUT', '2d', "LOCK_TIMEOUT: '2d' is not a time from 0s to 1d, written like 90s, 30m, 36h, 7d or 1h30m"],
  ['STOP_GRACE', '0s', "STOP_GRACE: '0s' is not a time from 1s to 1d, written like 90s, 30m, 36h, 7d or 1h30m"],
  ['ENABLE_APIS', 'all', "ENABLE_APIS: 'all' is not yes or no"],
  ['DELETE_FOREIGN_FIREWALLS', 'some', "DELETE_FOREIGN_FIREWALLS: 'some' is not yes or no"],
  ['NO_DRY_RUN', 'x', "NO_DRY_RUN: 'x' is not yes or no"],
  ['FOLLOW', 'x', "FOLLOW: 'x' is not yes or no"],
  ['SKIP_CHECKS', 'Quota!', "SKIP_CHECKS: 'Quota!' is not the name of a preflight check"],
  [
    'SKIP_CHECKS',
    Array.from({ length: 101 }, (_, index) => `c${index}`).join(),
    'SKIP_CHECKS: has 101 entries; 100 are allowed',
  ],
  ['LOG_FORMAT', 'xml', "LOG_FORMAT: 'xml' is not one of text, json, markdown"],
  ['DEBUG', 'express:*', "DEBUG: 'express:*' is not yes or no"],
  ['SANDBOX', 'docker', "SANDBOX: 'docker' is not yes or no"],
  ['SANDBOX_PROVIDER', 'fake', "SANDBOX_PROVIDER: 'fake' is not one of embedded, real"],
  ['SANDBOX_MACHINES', 'none', "SANDBOX_MACHINES: 'none' is not one of on, off"],
  ['VM_LOCALFILE_DEST_PATH', 'work', "VM_LOCALFILE_DEST_PATH: 'work' is not an absolute path such as /data"],
  ['REPORT_PATH', 'a\u0007', String.raw`REPORT_PATH: 'a\u{7}' holds a control character`],
  ['WORK_DIR', '/tmp/\u001B[31m', String.raw`WORK_DIR: '/tmp/\u{1b}[31m' holds a control character`],
  ['COPY_DIR_PATH', 'a\nb', String.raw`COPY_DIR_PATH: 'a\nb' holds a control character`],
  ['STARTUP_SCRIPT_PATH', 'a\tb', String.raw`STARTUP_SCRIPT_PATH: 'a\tb' holds a control character`],
  ['SANDBOX_DIR', 'a\u0085b', String.raw`SANDBOX_DIR: 'a\u{85}b' holds a control character`],
  ['SANDBOX_FAULTS', 'a\rb', String.raw`SANDBOX_FAULTS: 'a\rb' holds a control character`],
];

// What is not for create is told where it is used.
const words: Record<string, string[]> = { ACTION: [], FOLLOW: ['logs'] };

describe('each option', () => {
  it.each(right)('%s may be %j', (key, text, value, beside = {}) => {
    const env = { ...beside, [table[key].env]: text };

    expect(created(env, key === 'action' ? [] : ['create'])[key]).toEqual(value);
  });

  it.each(wrong.map(([name, text, line]) => ({ name, text, line, label: text.slice(0, 50) })))(
    '$name may not be $label',
    ({ name, text, line }) => {
      expect(mistakes({ [name]: text }, words[name] ?? ['create'])).toEqual([line]);
    },
  );

  it('is in both tables above', () => {
    const names = Object.values(table).map(({ env }) => env);

    expect([...new Set(right.map(([key]) => table[key].env))].toSorted()).toEqual(names.toSorted());
    expect([...new Set(wrong.map(([name]) => name))].toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(table))('%s has a default and an example that it accepts itself', (_, option) => {
    const { kind, example } = option;

    expect(() => kind.parse(example)).not.toThrow();
    expect('default' in option ? () => kind.parse(option.default) : () => undefined).not.toThrow();
  });
});
