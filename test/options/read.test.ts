import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/core/faults.ts';
import { readOptions } from '../../src/options/read.ts';
import { created, least, linesOf, mistakes, noted } from './given.ts';

describe('reading the options', () => {
  it('reads the sample of an env file', () => {
    const env = {
      ACTION: 'Destroy',
      PROJECT_ID: 'supercomputer-testing',
      NAME_PREFIX: 'demo',
      REGION: 'us-central1',
      ZONE: 'us-central1-f',
      GCS_PATH: 'gs://demo-tst',
      COPY_DIR_PATH: '/usr/cp',
      METADATA: '{ key1 = "val", key2 = "val2"}',
    };

    const { options, notes } = readOptions({ env, argv: [] });

    expect(notes).toEqual([]);
    expect(options).toMatchObject({
      action: 'destroy',
      projectId: 'supercomputer-testing',
      namePrefix: 'demo',
      region: 'us-central1',
      zones: ['us-central1-f'],
      gcsPath: { bucket: 'demo-tst', directory: '' },
      copyDirPath: '/usr/cp',
      metadata: { key1: 'val', key2: 'val2' },
    });
  });

  it('reports every mistake at once, with what was given, what is allowed, and what was meant', () => {
    const env = { NAME_PREFX: 'demo', ZONE: 'us-central1', VM_TYPE: 'a2-highgpu-3g', STARTUP_COMMAND: 'x\0' };

    const fault = faultOf(() => readOptions({ env, argv: ['create', '--instance-cout', '2'] }));

    expect(fault.message).toMatchInlineSnapshot(`
      "6 of the options cannot be used:
        --instance-cout: is not a flag of this program; did you mean --instance-count?
        NAME_PREFX: is not an option; did you mean NAME_PREFIX?
        ZONE: 'us-central1' is a region; a zone has a letter more, such as us-central1-a
        VM_TYPE: 'a2-highgpu-3g' is not a machine type; did you mean a2-highgpu-2g?
        STARTUP_COMMAND: holds a NUL character
        PROJECT_ID: is not given, and create needs it; for example PROJECT_ID=my-project"
    `);
    expect(fault.context.details).toEqual([
      expect.objectContaining({ option: '--instance-cout', suggestion: '--instance-count' }),
      expect.objectContaining({ option: 'NAME_PREFX', suggestion: 'NAME_PREFIX' }),
      expect.objectContaining({ option: 'ZONE', given: 'us-central1' }),
      expect.objectContaining({
        option: 'VM_TYPE',
        given: 'a2-highgpu-3g',
        allowed: 'a machine type',
        suggestion: 'a2-highgpu-2g',
      }),
      expect.objectContaining({ option: 'STARTUP_COMMAND', given: undefined, allowed: 'a command for bash' }),
      expect.objectContaining({ option: 'PROJECT_ID' }),
    ]);
  });

  it.each([
    [[], { INSTANCE_COUNT: '2' }, 2],
    [['--instance-count', '3'], { INSTANCE_COUNT: '2' }, 3],
    [['--instance-count=4'], {}, 4],
    [['--instance-count='], { INSTANCE_COUNT: '2' }, 1],
    [['--'], { INSTANCE_COUNT: '' }, 1],
  ])('flags %j over environment %j make %i machines', (flags, env, instanceCount) => {
    expect(created(env, ['create', ...flags]).instanceCount).toBe(instanceCount);
  });

  it('lets the first argument win over ACTION, in any case', () => {
    expect(created({ ACTION: 'Destroy' }, ['PLAN']).action).toBe('plan');
    expect(created({ ACTION: 'Destroy' }, ['--wait']).action).toBe('destroy');
  });

  it.each([
    [['--sandbox', '--no-wait', '--json'], { sandbox: true, wait: false, logFormat: 'json' }],
    [['--sandbox=no', '--wait=yes'], { sandbox: false, wait: true, logFormat: 'text' }],
    [['--no-dry-run'], { noDryRun: true }],
    [['--startup-command=--not-a-flag=x=y'], { startupCommand: '--not-a-flag=x=y' }],
    [['--startup-command', '-x'], { startupCommand: '-x' }],
    [['--metadata={ a = "b=c" }'], { metadata: { a: 'b=c' } }],
  ])('understands %j', (flags, options) => {
    expect(created({}, ['create', ...flags])).toMatchObject(options);
  });

  it.each([
    [['create', '--sandbx'], ['--sandbx: is not a flag of this program; did you mean --sandbox?']],
    [['create', '-x'], ['-x: is not a flag of this program']],
    [['create', '--zone'], ['--zone: needs a value']],
    [['create', '--zone', '--sandbox'], ['--zone: needs a value']],
    [['create', '--zone=us-central1-a', '--zone=us-central1-b'], ['--zone: is there twice, with different values']],
    [
      ['create', '--env-file', 'env.list.example', '--env-file', 'b'],
      ['--env-file: is there twice, with different values'],
    ],
    [['create', 'now'], ['now: is one word too many after create']],
    [['create', '--sandbox', 'yes'], ['yes: stands alone; join it to its flag, as in --sandbox=yes']],
    [['completion', 'tcsh'], ['tcsh: is not one of bash, zsh, fish']],
    [['tunnel'], ['MACHINE: is not given, and tunnel needs it']],
    [['tunnel', 'vm', 'ssh'], ["PORT: 'ssh' is not the number of a port"]],
    [['ssh', 'vm', 'uptime'], ['uptime: is one word too many after ssh; a command for the machine follows --']],
    [
      ['cretae'],
      [
        "ACTION: 'cretae' is not one of create, destroy, plan, validate, status, logs, ssh, tunnel, list, copy, cleanup, unlock, doctor, sandbox, env, completion, help, version; did you mean create?",
      ],
    ],
    [
      [],
      [
        'ACTION: is not given; it is one of create, destroy, plan, validate, status, logs, ssh, tunnel, list, copy, cleanup, unlock, doctor, sandbox, env, completion, help, version',
      ],
    ],
  ])('refuses %j', (argv, lines) => {
    expect(linesOf(() => readOptions({ env: least, argv }))).toEqual(lines);
  });

  it.each([
    ['create', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['plan', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['validate', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['copy', ['PROJECT_ID', 'NAME_PREFIX', 'COPY_DIR_PATH', 'ZONE']],
    ['status', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['destroy', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['cleanup', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['unlock', ['PROJECT_ID', 'NAME_PREFIX', 'ZONE']],
    ['list', ['PROJECT_ID']],
    ['doctor', []],
    ['sandbox', []],
    ['env', []],
    ['completion', []],
    ['help', []],
    ['version', []],
  ])('%s cannot do without %j', (action, names) => {
    const lines = linesOf(() => readOptions({ env: {}, argv: [action] }));

    expect(lines.map((line) => line.split(':')[0])).toEqual(names);
    expect(lines.filter((line) => !line.includes(`is not given, and ${action} needs it; for example `))).toEqual([]);
  });

  it('needs the region alone to destroy', () => {
    const { options } = readOptions({ env: { ...least, ZONE: undefined, REGION: 'us-central1' }, argv: ['destroy'] });

    expect(options).toMatchObject({ zones: [], region: 'us-central1' });
  });

  it('destroys with an env file whose other values a later version would refuse, and says so', () => {
    const env = {
      VM_TYPE: 'a1-retired-1g',
      DISK_TYPE: 'pd-floppy',
      INSTANCE_CONT: '4',
      ORCHESTRATOR_TYPE: 'gke',
      GPU_COUNT: '7',
    };

    expect(noted(env, ['destroy'])).toEqual([
      'destroy does not look at INSTANCE_CONT: is not an option; did you mean INSTANCE_COUNT?',
      "destroy does not look at VM_TYPE: 'a1-retired-1g' is not a machine type",
      "destroy does not look at DISK_TYPE: 'pd-floppy' is not one of pd-standard, pd-balanced, pd-ssd, hyperdisk-balanced",
      "destroy does not look at ORCHESTRATOR_TYPE: 'gke' clusters come in a later version; this one makes machines with none or ray",
    ]);
    expect(mistakes({ ...env, GCS_PATH: 'my-bucket' }, ['destroy'])).toHaveLength(1);
  });

  it('copies with the same tolerance, but looks at what is copied', () => {
    const env = { COPY_DIR_PATH: '/usr/cp', VM_LOCALFILE_DEST_PATH: 'relative', VM_TYPE: 'x' };

    expect(mistakes(env, ['copy'])).toEqual([
      "VM_LOCALFILE_DEST_PATH: 'relative' is not an absolute path such as /data",
    ]);
  });
});

describe('the environment', () => {
  it.each([
    ['NAME_PREFX', 'NAME_PREFIX'],
    ['PROJECTID', 'PROJECT_ID'],
    ['ZONES', 'ZONE'],
    ['GPU_COUNTS', 'GPU_COUNT'],
    ['CLEANUP_ONEXIT', 'CLEANUP_ON_EXIT'],
    ['METADTA', 'METADATA'],
    ['TERRAFORM_GSC_PATH', 'TERRAFORM_GCS_PATH'],
  ])('%s is a slip for %s', (name, meant) => {
    const env = { ...least, [meant]: undefined, [name]: '{}' };

    expect(linesOf(() => readOptions({ env, argv: ['create'] }))).toContain(
      `${name}: is not an option; did you mean ${meant}?`,
    );
  });

  it('leaves alone what other programs have put there', () => {
    const others = `PATH HOME PWD OLDPWD SHELL USER LANG TERM HOSTNAME SHLVL TZ EDITOR PAGER MAIL LOGNAME DISPLAY CI COLUMNS LINES
      NODE_ENV NODE_OPTIONS NODE_VERSION NPM_TOKEN npm_config_cache npm_lifecycle_event GOOGLE_APPLICATION_CREDENTIALS
      GOOGLE_CLOUD_PROJECT GCLOUD_PROJECT CLOUDSDK_CONFIG CLOUDSDK_CORE_PROJECT GCE_METADATA_HOST TF_LOG TF_VAR_zone
      TF_CLI_CONFIG_FILE GITHUB_ACTION GITHUB_ACTIONS GITHUB_WORKSPACE RUNNER_NAME BUILD_ID BUILD_NUMBER JOB_NAME
      IMAGE_TAG IMAGE LOG_LEVEL DISK_SIZE DATA_DIR WORKDIR POD_NAME POD_IP NAMESPACE SERVICE_NAME VM_NAME GPU_TYPE
      KUBERNETES_SERVICE_HOST KUBERNETES_PORT REDIS_PORT DATABASE_URL HTTP_PROXY HTTPS_PROXY NO_PROXY NO_COLOR
      SSH_AUTH_SOCK SSH_CONNECTION XDG_RUNTIME_DIR DEBIAN_FRONTEND JAVA_HOME GOPATH VIRTUAL_ENV PROJECT STAGE ENV _`;
    const env = Object.fromEntries(others.split(/\s+/).map((name) => [name, 'x']));

    expect(mistakes(env)).toEqual([]);
    expect(noted(env)).toEqual([]);
  });

  it.each(['"us-central1-f"', "'us-central1-f'", ' us-central1-f ', ' "us-central1-f"'])(
    'takes quotes and spaces off %j',
    (zone) => {
      expect(created({ ZONE: zone }).zones).toEqual(['us-central1-f']);
    },
  );

  it.each(['"us-central1-f', `"us-central1-f'`])('leaves quotes that are no pair: %j', (zone) => {
    expect(mistakes({ ZONE: zone })).toHaveLength(1);
  });

  it('keeps the quotes of a command and of a map', () => {
    expect(created({ STARTUP_COMMAND: '"/opt/my tool"' }).startupCommand).toBe('"/opt/my tool"');
    expect(mistakes({ METADATA: `'{ a = "1" }'` })).toEqual([
      'METADATA: column 1: leave out the quotes around the braces: an env file keeps them',
    ]);
  });
});

describe('the names of former versions', () => {
  it.each([
    [
      { TERRAFORM_GCS_PATH: 'gs://my-bucket/x' },
      { gcsPath: { bucket: 'my-bucket', directory: 'x' } },
      'TERRAFORM_GCS_PATH is now called GCS_PATH',
    ],
    [
      { NFS_FILESHARE_LIST: '"/a:BASIC_HDD:1024"' },
      { nfsShares: [{ path: '/a', tier: 'BASIC_HDD', sizeGb: 1024 }] },
      'NFS_FILESHARE_LIST is now called NFS_FILESTORE_LIST',
    ],
    [
      { STARTUP_SCRIPT: 'echo "$HOME"' },
      { startupCommand: 'echo "$HOME"' },
      'STARTUP_SCRIPT is now called STARTUP_COMMAND',
    ],
    [
      { SETUP_RAY: 'yes' },
      { orchestratorType: 'ray' },
      'SETUP_RAY is now called ORCHESTRATOR_TYPE (ORCHESTRATOR_TYPE=ray)',
    ],
    [
      { SETUP_RAY: 'no' },
      { orchestratorType: 'none' },
      'SETUP_RAY is now called ORCHESTRATOR_TYPE (ORCHESTRATOR_TYPE=none)',
    ],
    [
      { DISABLE_OPS_AGENT: 'true' },
      { enableOpsAgent: false },
      'DISABLE_OPS_AGENT is now called ENABLE_OPS_AGENT (ENABLE_OPS_AGENT=no)',
    ],
    [{ STOP_GRACE_SEC: '300' }, { stopGraceSeconds: 300 }, 'STOP_GRACE_SEC is now called STOP_GRACE (STOP_GRACE=300s)'],
    [
      { SLEEP_DURATION_SEC: '300' },
      {},
      'SLEEP_DURATION_SEC has no effect any more: CLEANUP_ON_EXIT keeps the container until it is stopped or MAX_RUN_DURATION is over',
    ],
    [{ DEBUG_HOLD: 'yes' }, {}, 'DEBUG_HOLD has no effect any more: DEBUG=yes shows more'],
    [
      { MINIMIZE_TERRAFORM_LOGGING: 'true' },
      {},
      "MINIMIZE_TERRAFORM_LOGGING has no effect any more: terraform's output always goes to a log file",
    ],
  ])('%j is understood', (env, options, note) => {
    expect(created(env)).toMatchObject(options);
    expect(noted(env)).toEqual([note]);
  });

  it.each([
    'GKE_NODE_POOL_COUNT',
    'GKE_VERSION',
    'CUSTOM_NODE_POOL',
    'KUBERNETES_SETUP_CONFIG',
    'SLURM_NODE_COUNT_STATIC',
  ])('%s is refused', (name) => {
    expect(mistakes({ [name]: '2' })).toEqual([
      `${name}: cannot be used: this kind of cluster comes in a later version; leave the variable out`,
    ]);
  });

  it('must not contradict the name of today', () => {
    expect(mistakes({ GCS_PATH: 'gs://one-bucket', TERRAFORM_GCS_PATH: 'gs://other-bucket' })).toEqual([
      'TERRAFORM_GCS_PATH: is the former name of GCS_PATH, which has another value; leave one out',
    ]);
    expect(noted({ GCS_PATH: 'gs://one-bucket', TERRAFORM_GCS_PATH: 'gs://one-bucket' })).toHaveLength(1);
  });
});

function faultOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (isFault(error, 'OPTIONS_WRONG')) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}
