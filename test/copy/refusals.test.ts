import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { planCopy } from '../../src/copy/plan.ts';
import { isFault } from '../../src/core/faults.ts';
import { directory, folder } from './_support/folder.ts';

/** The lines of COPY_REFUSED for the directory, without the two spaces before each. */
async function refusalsOf(dir: string): Promise<string[]> {
  const error: unknown = await planCopy(dir).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error === undefined) return [];
  if (!isFault(error, 'COPY_REFUSED')) throw error;
  return error.context.details as string[];
}

function link(top: string, path: string, target: string): void {
  symlinkSync(target, join(top, path));
}

/** Runs `work` as a user without any right, when the tests run as root, for whom nothing is unreadable. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('links that are refused', () => {
  it.each<[what: string, build: (top: string) => void, lines: string[]]>([
    ['an absolute path', (top) => link(top, 'a', '/etc/passwd'), ['a is a link to the absolute path /etc/passwd']],
    [
      'an absolute path into the tree itself',
      (top) => {
        writeFileSync(join(top, 'b'), '');
        link(top, 'a', join(top, 'b'));
      },
      [expect.stringMatching(/^a is a link to the absolute path \/.*\/b$/)],
    ],
    [
      'a path that begins with two slashes',
      (top) => link(top, 'a', '//etc'),
      ['a is a link to the absolute path //etc'],
    ],
    ['the parent', (top) => link(top, 'a', '..'), ['a is a link that leaves the directory: ..']],
    [
      'the parent, with dots and slashes',
      (top) => link(top, 'a', './/..//'),
      ['a is a link that leaves the directory: .//..//'],
    ],
    ['what is beside the tree', (top) => link(top, 'a', '../b'), ['a is a link that leaves the directory: ../b']],
    [
      'what is beside the tree, from further down',
      (top) => {
        directory(top, 'b/c');
        link(top, 'b/c/a', '../../../d');
      },
      ['b/c/a is a link that leaves the directory: ../../../d'],
    ],
    [
      'out of the tree and in again',
      (top) => link(top, 'a', `../${top.slice(top.lastIndexOf('/') + 1)}/b`),
      [expect.stringMatching(/^a is a link that leaves the directory/)],
    ],
    [
      'out of the tree by way of a directory that does not exist',
      (top) => link(top, 'a', 'nothing/../../b'),
      ['a is a link that leaves the directory: nothing/../../b'],
    ],
    [
      'out of the tree by way of another link, though its own words stay inside',
      (top) => {
        directory(top, 'b');
        link(top, 'b/up', '..');
        link(top, 'a', 'b/up/../x');
      },
      ['a is a link that leaves the directory: b/up/../x'],
    ],
    [
      'a link that is refused itself',
      (top) => {
        link(top, 'a', 'b/c');
        link(top, 'b', '/etc');
      },
      ['a is a link that leaves the directory: b/c', 'b is a link to the absolute path /etc'],
    ],
    [
      'out by its words, though another link would lead it back',
      (top) => {
        directory(top, 'b/c');
        link(top, 'd', 'b/c');
        link(top, 'a', 'd/../../x');
      },
      ['a is a link that leaves the directory: d/../../x'],
    ],
    [
      'a path with control characters, which are shown escaped',
      (top) => link(top, 'a', '/\u001b[31m'),
      ['a is a link to the absolute path /\\0033[31m'],
    ],
  ])('to %s', async (_, build, lines) => {
    const top = folder();
    build(top);

    expect(await refusalsOf(top)).toEqual(lines);
  });
});

describe('entries that are refused', () => {
  it('are named pipes', async () => {
    const top = folder();
    spawnSync('mkfifo', [join(top, 'pipe')]);

    expect(await refusalsOf(top)).toEqual(['pipe is a named pipe']);
  });

  it('are sockets', async () => {
    const top = folder();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(top, 'socket'), resolve));

    expect(await refusalsOf(top)).toEqual(['socket is a socket']);
  });

  it.for([
    ['c', 'character device'],
    ['b', 'block device'],
  ] as const)('are devices (%s)', async ([type, said], { skip }) => {
    const top = folder();
    const made = spawnSync('mknod', [join(top, 'device'), type, '7', '200']);
    if (made.status !== 0) skip('a device can only be made by root, and not in every container');

    expect(await refusalsOf(top)).toEqual([`device is a ${said}`]);
  });

  it('are files, directories and entries that we may not read', async () => {
    const top = folder();
    writeFileSync(join(top, 'open'), '');
    writeFileSync(join(top, 'file'), '', { mode: 0 });
    writeFileSync(join(directory(top, 'closed'), 'x'), '');
    writeFileSync(join(directory(top, 'listed'), 'y'), '');
    chmodSync(join(top, 'closed'), 0o311);
    chmodSync(join(top, 'listed'), 0o644);
    onTestFinished(() => chmodSync(join(top, 'listed'), 0o755));

    const lines = await asNobody(() => refusalsOf(top));

    expect(lines).toEqual([
      'closed cannot be read: permission denied',
      'file cannot be read: permission denied',
      'listed/y cannot be read: permission denied',
    ]);
  });

  it('are paths that are longer than Linux can open', async () => {
    const top = folder();
    const step = 'd'.repeat(250);
    const deep = Array.from({ length: 9 }, () => step).join('/');
    directory(top, `one/${deep}`);
    directory(top, `two/${deep}`);
    renameSync(join(top, 'two'), join(top, 'one', deep, 'two'));

    const lines = await refusalsOf(top);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^one\/d{250}.*\/two\/.* cannot be read: its path is longer than the 4,095 bytes/);
  });
});

describe('directories that are refused', () => {
  it.each<[what: string, make: (top: string) => string, said: RegExp]>([
    ['one that is not there', (top) => join(top, 'nothing'), /nothing does not exist here; is it mounted/],
    ['a link that leads nowhere', (top) => (link(top, 'a', 'nothing'), join(top, 'a')), /does not exist here/],
    ['a file', (top) => (writeFileSync(join(top, 'a'), ''), join(top, 'a')), /a is not a directory/],
    ['what is below a file', (top) => (writeFileSync(join(top, 'a'), ''), join(top, 'a/b')), /cannot be read: ENOTDIR/],
  ])('%s', async (_, make, said) => {
    const lines = await refusalsOf(make(folder()));

    expect(lines).toEqual([expect.stringMatching(said)]);
  });
});

it('reports everything that is refused at once, and shows fifty lines of it', async () => {
  const top = folder();
  for (let index = 100; index < 170; index += 1) link(top, `link-${index}`, '/etc');
  writeFileSync(join(top, 'fine'), '');

  const error: unknown = await planCopy(top).catch((cause: unknown) => cause);

  expect(error).toMatchObject({ code: 'COPY_REFUSED', exit: 2 });
  const lines = (error as Error).message.split('\n');
  expect(lines[0]).toBe(`COPY_DIR_PATH: 70 entries of ${top} cannot be copied:`);
  expect(lines.slice(1, 51)).toEqual(
    Array.from({ length: 50 }, (__, index) => `  link-${index + 100} is a link to the absolute path /etc`),
  );
  expect(lines[51]).toBe('  and 20 more');
});

it('counts what it would copy', async () => {
  const top = folder();
  mkdirSync(join(top, 'a'));
  chmodSync(join(top, 'a'), 0o755);
  writeFileSync(join(top, 'a/b'), 'four');
  writeFileSync(join(top, 'c'), 'three');
  link(top, 'd', 'c');

  const plan = await planCopy(top);

  expect(plan.files.map(({ path }) => path)).toEqual(['a/b', 'c']);
  expect(plan.directories).toEqual([{ path: 'a', mode: 0o755 }]);
  expect(plan.links).toEqual([{ path: 'd', target: 'c' }]);
  expect(plan.bytes).toBe(9);
});

it('stops at once when it is told to', async () => {
  const top = folder();
  writeFileSync(join(top, 'a'), '');

  await expect(planCopy(top, AbortSignal.abort(new Error('told to stop')))).rejects.toThrow('told to stop');
});
