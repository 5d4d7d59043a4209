import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readOptions } from '../../src/options/read.ts';
import { parseEnvFile } from './docker-env-file.ts';
import { linesOf } from './given.ts';

const folder = join(import.meta.dirname, '../fixtures/former');

function read(file: string, mounts: readonly string[] = []) {
  const env = parseEnvFile(readFileSync(join(folder, file), 'utf8'));
  return readOptions({ env, argv: [], cwd: '/', mounts });
}

describe('env lists of the former image', () => {
  const files = readdirSync(folder).filter((file) => !/gke|slurm/.test(file));

  it.each(files)('%s is accepted as it is', (file) => {
    const { options } = read(file);

    expect(options).toMatchObject({ projectId: 'supercomputer-testing', namePrefix: 'spani' });
  });

  it.each(files)('%s is accepted with --env-file, too', (file) => {
    const { options } = readOptions({ env: {}, argv: ['--env-file', join(folder, file)], cwd: '/' });

    expect(options).toMatchObject({ projectId: 'supercomputer-testing', namePrefix: 'spani' });
  });

  it('with metadata in the form of a map, quotes and all', () => {
    expect(read('design.list').options.metadata).toEqual({ key1: 'val', key2: 'val2' });
  });

  it.each(['v0.6.0-gke.list', 'v0.6.0-slurm.list'])('%s is refused, each variable by its name', (file) => {
    const lines = linesOf(() => read(file));

    expect(lines).toHaveLength(3);
    expect(lines.join()).toContain('come in a later version');
  });
});

describe('a directory that is mounted though COPY_DIR_PATH is not given', () => {
  it('is copied where the former image copied it', () => {
    const { options, notes } = read('v0.6.0.list', ['/usr/aiinfra/copy']);

    expect(options).toMatchObject({ copyDirPath: '/usr/aiinfra/copy', copyDestination: '/opt/work' });
    expect(notes).toContain('COPY_DIR_PATH is /usr/aiinfra/copy, because that is mounted, as in former versions');
  });

  it('is pointed at where the documentation has it', () => {
    const { options, notes } = read('v0.4.0.list', ['/usr/cp']);

    expect(options.copyDirPath).toBeUndefined();
    expect(notes).toContain(
      '/usr/cp is mounted, but nothing is copied: COPY_DIR_PATH=/usr/cp copies it to the machines',
    );
  });
});
