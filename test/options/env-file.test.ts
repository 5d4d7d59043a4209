import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFault } from '../../src/core/faults.ts';
import { readEnvFile } from '../../src/options/env-file.ts';
import { readOptions } from '../../src/options/read.ts';
import { least, linesOf } from './given.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an env file in the form of docker', () => {
  it.each([
    ['A=1\nB=2', { A: '1', B: '2' }],
    ['', {}],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['\uFEFFA=1\n', { A: '1' }],
    ['# comment\n  # indented\n\n   \nA=1', { A: '1' }],
    ['A=1 # no comment', { A: '1 # no comment' }],
    ['A="1"\nB=\'2\'', { A: '"1"', B: "'2'" }],
    ['A=${HOME} $HOME `id` \\n', { A: '${HOME} $HOME `id` \\n' }],
    ['A= 1 \n  B=2', { A: ' 1 ', B: '2' }],
    ['A=\nB==\nC=x=y', { A: '', B: '=', C: 'x=y' }],
    ['METADATA={ key1 = "val", key2 = "val2"}', { METADATA: '{ key1 = "val", key2 = "val2"}' }],
    ['FROM_OUTSIDE\nNOT_THERE', { FROM_OUTSIDE: 'there' }],
    ['A=\u2028x\u0085y', { A: '\u2028x\u0085y' }],
  ])('%j is read', (text, variables) => {
    const file = readEnvFile(fileWith(text), { FROM_OUTSIDE: 'there' });

    expect([Object.fromEntries(file.variables), file.notes]).toEqual([variables, []]);
  });

  it('takes the last of two, and says so', () => {
    const file = readEnvFile(fileWith('A=1\nB=2\nA=3'), {});

    expect(file.variables.get('A')).toBe('3');
    expect(file.notes).toEqual(['A is in the env file twice; line 3 counts']);
  });

  it.each([
    ['A=1\n=2', 'line 2: there is no name before the ='],
    ['A=1\n\nexport B=2', "line 3: the name 'export B' has a space in it"],
    ['A =1', "line 1: the name 'A ' has a space in it"],
    ['create the cluster', "line 1: the name 'create the cluster' has a space in it"],
  ])('%j is refused: %s', (text, reason) => {
    expect(reasonOf(fileWith(text))).toContain(reason);
  });

  it('answers any text with variables or a fault, and keeps every value as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void reasonOf(fileWith(text))),
      { numRuns: 100 },
    );
    const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        expect(readEnvFile(fileWith(`A=${text}\nB=1`), {}).variables.get('A')).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an env file in the form of dotenv', () => {
  it('is told by its name, and loses quotes, comments and escapes', () => {
    const file = readEnvFile(fileWith('# c\nexport A="1\\n2" # c\nB=\'$HOME\'\nC=plain # c\n', 'cluster.env'), {});

    expect(Object.fromEntries(file.variables)).toEqual({ A: '1\n2', B: '$HOME', C: 'plain' });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['no-such-file.list', 'there is no such file'],
    ['.', 'it is a directory'],
  ])('%s: %s', (name, reason) => {
    expect(reasonOf(join(folder, name))).toContain(reason);
  });

  it('is one that is no text', () => {
    expect(reasonOf(fileWith(Buffer.from([0x41, 0x3d, 0xff, 0xfe])))).toContain('it is not UTF-8 text');
  });

  it('is one that everybody may write to', () => {
    const path = fileWith('STARTUP_COMMAND=id');
    chmodSync(path, 0o666);

    expect(reasonOf(path)).toContain('everybody may write to it; run chmod o-w');
  });
});

describe('--env-file', () => {
  it('lies below the environment, which lies below the flags', () => {
    const path = fileWith('PROJECT_ID=my-project\nNAME_PREFIX=file\nZONE=us-central1-a\nINSTANCE_COUNT=2\n');
    const env = { NAME_PREFIX: 'outside', INSTANCE_COUNT: '3', ZONE: '' };

    const { options, notes } = readOptions({ env, argv: ['create', '--env-file', path, '--instance-count=4'] });

    expect(options).toMatchObject({ namePrefix: 'outside', instanceCount: 4, zones: ['us-central1-a'] });
    expect(notes).toEqual([
      'NAME_PREFIX of the environment wins over that of the env file',
      'INSTANCE_COUNT of the environment wins over that of the env file',
    ]);
  });

  it.each([
    ['MACHINE_TYPE', 'VM_TYPE'],
    ['NUM_INSTANCES', 'INSTANCE_COUNT'],
    ['NODE_COUNT', 'INSTANCE_COUNT'],
    ['PROJECT', 'PROJECT_ID'],
    ['CLUSTER_NAME', 'NAME_PREFIX'],
    ['PREFIX', 'NAME_PREFIX'],
    ['GPUS', 'GPU_COUNT'],
    ['BUCKET', 'GCS_PATH'],
    ['INSTANCE_CONT', 'INSTANCE_COUNT'],
    ['vm_type', 'VM_TYPE'],
    ['--vm-type', 'VM_TYPE'],
    ['IMAGE_FAMILY', 'IMAGE_FAMILY_NAME'],
  ])('refuses %s, which would be without effect, and means %s', (name, meant) => {
    const wrong = linesOf(() => readFile({ [name]: 'x' }, meant));

    expect(wrong).toContain(`${name}: is not an option; did you mean ${meant}?`);
  });

  it('refuses what is near to nothing, be it in use for something else', () => {
    const wrong = linesOf(() => readFile({ AWS_REGION: 'us-east-1', FAVOURITE_COLOUR: 'blue', EMPTY_ONE: '' }));

    expect(wrong).toEqual(['AWS_REGION: is not an option', 'FAVOURITE_COLOUR: is not an option']);
  });

  it('does not propose what is there already', () => {
    expect(linesOf(() => readFile({ MACHINE_TYPE: 'e2-standard-4', VM_TYPE: 'e2-standard-4' }))).toEqual([
      'MACHINE_TYPE: is not an option; VM_TYPE is, and is given too',
    ]);
  });

  it('destroys all the same', () => {
    const path = fileWith(`${lines(least)}MACHINE_TYPE=e2-standard-4\nFAVOURITE_COLOUR=blue\n`);

    const { notes } = readOptions({ env: {}, argv: ['destroy', '--env-file', path] });

    expect(notes).toEqual([
      'destroy does not look at MACHINE_TYPE: is not an option; did you mean VM_TYPE?',
      'destroy does not look at FAVOURITE_COLOUR: is not an option',
    ]);
  });

  it('takes what belongs to the surroundings, and hands it on', () => {
    const others = `GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CLOUD_QUOTA_PROJECT CLOUDSDK_CONFIG CLOUDSDK_CORE_PROJECT
      CLOUD_SDK_VERSION GCE_METADATA_HOST HTTPS_PROXY https_proxy NO_PROXY ALL_PROXY NO_COLOR SSL_CERT_FILE NODE_OPTIONS NODE_ENV TF_LOG
      TF_CLI_CONFIG_FILE HOME PATH TMPDIR LANG LC_ALL TZ USER TERM`.split(/\s+/);
    const variables = Object.fromEntries(others.map((name) => [name, 'x']));

    const { notes, surroundings } = readFile(variables);

    expect(notes).toEqual([]);
    expect(surroundings).toEqual(variables);
  });

  it('works with the example of this repository as it stands', () => {
    const { options, notes } = readOptions({
      env: {},
      argv: ['create', '--sandbox', '--env-file', 'env.list.example'],
    });

    expect(notes).toEqual([]);
    expect(options).toMatchObject({ sandbox: true, instanceCount: 2, copyDirPath: 'test/fixtures/work' });
  });

  it('works with the example when every line of it is uncommented, apart from what excludes each other', async () => {
    const { exampleFile } = await import('../../src/options/example-file.ts');
    const other = /^(GPU_COUNT|ACCELERATOR_TYPE|RESERVATION_NAME|IMAGE_NAME|IMAGE_PROJECT|STARTUP_SCRIPT_PATH)=/;
    const lines = exampleFile()
      .split('\n')
      .map((line) => line.replace(/^#(?=[A-Z])/, ''))
      .filter((line) => !other.test(line));

    const { options } = readOptions({ env: {}, argv: ['create', '--env-file', fileWith(lines.join('\n'))] });

    expect(options).toMatchObject({
      maxRunSeconds: 129_600,
      provisioningModel: 'spot',
      skipChecks: ['quota', 'image'],
    });
  });
});

function lines(variables: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(variables)
    .map(([name, text]) => (text === undefined ? '' : `${name}=${text}\n`))
    .join('');
}

/** A create with an env file that has these variables beside the least, without the option `left`. */
function readFile(variables: Readonly<Record<string, string>>, left = '') {
  const path = fileWith(lines({ ...least, [left]: undefined, ...variables }));
  return readOptions({ env: {}, argv: ['create', '--env-file', path] });
}

let count = 0;
function fileWith(text: string | Buffer, name = 'env.list'): string {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

function reasonOf(path: string): string | undefined {
  try {
    readEnvFile(path, {});
    return undefined;
  } catch (error) {
    if (!isFault(error, 'ENV_FILE_UNREADABLE')) throw error;
    return error.message;
  }
}
