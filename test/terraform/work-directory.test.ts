import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { run } from '../../src/core/run.ts';
import { cacheDirectory } from '../../src/terraform/cache.ts';
import { openWorkDirectory, workDirectoryPath } from '../../src/terraform/work-directory.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'work-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

it('keeps deployments apart below WORK_DIR and below the cache', () => {
  const deployment = { projectId: 'p', namePrefix: 'demo' };

  expect(workDirectoryPath({ ...deployment, workDir: '/work' }, {})).toBe('/work/p/demo');
  expect(workDirectoryPath(deployment, { XDG_CACHE_HOME: '/c' })).toBe('/c/cluster-provision/work/p/demo');
});

it.each([
  { what: 'XDG_CACHE_HOME', environment: { XDG_CACHE_HOME: '/c', HOME: '/root' }, path: '/c/cluster-provision' },
  {
    what: 'a home that can be written to',
    environment: { HOME: tmpdir() },
    path: join(tmpdir(), '.cache/cluster-provision'),
  },
  { what: 'TMPDIR where there is no home', environment: { TMPDIR: '/work' }, path: '/work/cluster-provision' },
  {
    what: 'TMPDIR where the home is not there',
    environment: { HOME: '/nowhere', TMPDIR: '/work' },
    path: '/work/cluster-provision',
  },
])('caches in $what', ({ environment, path }) => {
  expect(cacheDirectory(environment)).toBe(path);
});

it('writes files that only we can read, and a stack that replaces the one before', async () => {
  const work = await openWorkDirectory(join(directory, 'a', 'b'));
  await work.writeStack({ configuration: { output: { one: { value: 1 } } }, variables: { text: 'one' } });

  await work.writeStack({ configuration: {}, variables: {} });

  expect((await stat(work.path)).mode & 0o777).toBe(0o700);
  expect((await stat(work.file('main.tf.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(work.file('main.tf.json'), 'utf8')).toBe('{}');
  expect(await readFile(work.file('tf.auto.tfvars.json'), 'utf8')).toBe('{}');
});

it('writes import blocks whose ids cannot become code, and takes them away again', async () => {
  const work = await openWorkDirectory(directory);
  await work.writeImports([{ to: 'google_compute_network.net', id: 'projects/p/${file("x")}%{ if true }' }]);
  const text = await readFile(work.file('imports.tf.json'), 'utf8');

  await work.writeImports([]);

  expect(JSON.parse(text)).toEqual({
    import: [{ to: 'google_compute_network.net', id: 'projects/p/$${file("x")}%%{ if true }' }],
  });
  await expect(stat(work.file('imports.tf.json'))).rejects.toThrow('ENOENT');
});

it('refuses a path that leads through a file', async () => {
  await writeFile(join(directory, 'file'), '');
  const path = join(directory, 'file', 'work');

  await expect(openWorkDirectory(path)).rejects.toMatchObject({
    code: 'WORK_DIRECTORY_UNUSABLE',
    message: `the work directory ${path} cannot be used: a part of the path is a file`,
  });
});

it('refuses a disk with too little room', async () => {
  await expect(openWorkDirectory(directory, 1e18)).rejects.toMatchObject({
    code: 'WORK_DIRECTORY_UNUSABLE',
    message: expect.stringMatching(/only \d+ MiB are free, \d+ are needed$/),
  });
});

const mounts = [
  { what: 'is read-only', options: 'ro', reason: 'the file system is read-only' },
  { what: 'is full', options: 'size=64k', reason: 'no space left on the device' },
];
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

it.runIf(mayMount).each(mounts)('refuses a file system that $what', async ({ options, reason }) => {
  const env = { PATH: process.env.PATH ?? '' };
  const mounted = await run({ file: 'mount', args: ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], env });
  // A container without the capability cannot try this; the other cases still hold.
  if (mounted.exitCode !== 0) return;
  onTestFinished(async () => void (await run({ file: 'umount', args: [directory], env })));

  await expect(openWorkDirectory(directory)).rejects.toMatchObject({
    code: 'WORK_DIRECTORY_UNUSABLE',
    message: `the work directory ${directory} cannot be used: ${reason}`,
  });
});
