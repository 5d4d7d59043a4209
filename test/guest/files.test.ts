import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { poll } from '../../src/core/poll.ts';
import { startCloud } from './_support/cloud.ts';
import type { Cloud, Report } from './_support/cloud.ts';
import { makeCopy, sha256 } from './_support/copy.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud({ roots: 'plain' });
});
afterEach(() => cloud[Symbol.asyncDispose]());

// Everything below a directory, as `mode path` and what is in it.
function tree(top: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(top, below))) {
    const path = join(below, name);
    const stat = lstatSync(join(top, path));
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
    if (stat.isSymbolicLink()) found[path] = `-> ${readlinkSync(join(top, path))}`;
    else if (stat.isDirectory()) Object.assign(found, { [`${path}/`]: mode }, tree(top, path));
    else found[path] = `${mode} ${readFileSync(join(top, path), 'utf8')}`;
  }
  return found;
}

// What the files duty says once it has dealt with the copy that the metadata name.
async function filesOf(name: string, metadata: Record<string, string>): Promise<Report> {
  const report = await poll(
    async () => {
      const found = cloud.attribute(name, 'files');
      return found?.manifest === metadata['cp-files-sha256'] && found?.state !== 'running' ? found : undefined;
    },
    { every: 50, timeout: 40_000 },
  );
  if (!report) throw new Error(`no word of the files; the console:\n${cloud.serial(name)}`);
  return report;
}

it('brings a tree with its names, modes, links, empty directories and files in parts', async () => {
  const copy = await makeCopy(
    [
      { path: 'train.py', text: 'print()', mode: '0755' },
      { path: 'sub/train.py', text: 'another' },
      { path: 'sub/-rf', text: 'dash' },
      { path: 'sub/with space \'" $(x) `y`', text: 'odd' },
      { path: 'sub/line\\0012feed\\0011tab', text: 'odder' },
      { path: 'sub/back\\\\slash', text: 'backslash' },
      { path: 'sub/Grüße 你好', text: 'unicode' },
      { path: 'empty file', text: '' },
      { path: 'secret', text: 'x', mode: '0600' },
      { path: 'big', text: '0123456789'.repeat(1_000) },
    ],
    ['D\t0750\tsub', 'D\t0700\tempty', 'D\t0755\tempty/er', 'L\tsub/link\t../train.py', 'L\tdangling\tno/where'],
    3_000,
  );
  const metadata = await cloud.offer(copy, '/srv/my data');
  cloud.put('vm-1', metadata);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'files')).toMatchObject({
    state: 'done',
    code: 0,
    detail: '10 files, 10.0 kB',
    manifest: sha256(copy.manifest),
  });
  const srv = join(cloud.root('vm-1'), 'srv');
  expect(readdirSync(srv)).toEqual(['my data']);
  expect(tree(join(srv, 'my data'))).toEqual({
    'train.py': '0755 print()',
    'sub/': '0750',
    'sub/train.py': '0644 another',
    'sub/-rf': '0644 dash',
    'sub/with space \'" $(x) `y`': '0644 odd',
    'sub/line\nfeed\ttab': '0644 odder',
    'sub/back\\slash': '0644 backslash',
    'sub/Grüße 你好': '0644 unicode',
    'sub/link': '-> ../train.py',
    'empty file': '0644 ',
    'empty/': '0700',
    'empty/er/': '0755',
    secret: '0600 x',
    big: `0644 ${'0123456789'.repeat(1_000)}`,
    dangling: '-> no/where',
  });
});

it('pulls many shards side by side', async () => {
  const files = Array.from({ length: 40 }, (_, index) => ({ path: `file-${index}`, text: `${index}`.repeat(100) }));
  cloud.put('vm-1', await cloud.offer(await makeCopy(files), '/opt/data'));

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(tree(join(cloud.root('vm-1'), 'opt/data'))).toEqual(
    Object.fromEntries(files.map(({ path, text }) => [path, `0644 ${text}`])),
  );
});

it('follows a new copy, and leaves alone what is not its own', async () => {
  const first = await makeCopy(
    [
      { path: 'same', text: 'same' },
      { path: 'changes', text: 'old' },
      { path: 'mode', text: 'm' },
      { path: 'goes', text: 'goes' },
      { path: 'goes-but-edited', text: 'goes' },
      { path: 'becomes-a-directory', text: 'f' },
      { path: 'old/inside', text: 'i' },
      { path: 'kept/inside', text: 'i' },
    ],
    ['D\t0755\told', 'D\t0755\tkept', 'L\tlink\tsame', 'L\told-link\tsame'],
  );
  cloud.put('vm-1', await cloud.offer(first, '/opt/data'));
  await cloud.reported('vm-1');
  const data = join(cloud.root('vm-1'), 'opt/data');
  const inode = lstatSync(join(data, 'same')).ino;
  writeFileSync(join(data, 'of-the-user'), 'mine');
  writeFileSync(join(data, 'kept/of-the-user'), 'mine');
  writeFileSync(join(data, 'goes-but-edited'), 'edited here');

  const second = await makeCopy(
    [
      { path: 'same', text: 'same' },
      { path: 'changes', text: 'new' },
      { path: 'mode', text: 'm', mode: '0755' },
      { path: 'becomes-a-directory/f', text: 'deeper' },
      { path: 'arrives', text: 'new' },
    ],
    ['D\t0755\tbecomes-a-directory', 'L\tlink\tchanges'],
  );
  const metadata = await cloud.offer(second, '/opt/data');
  cloud.put('vm-1', metadata);

  expect(await filesOf('vm-1', metadata)).toMatchObject({
    state: 'done',
    detail: '5 files, 17 B; 3 fetched; 5 removed',
  });
  expect(tree(data)).toEqual({
    same: '0644 same',
    changes: '0644 new',
    mode: '0755 m',
    'becomes-a-directory/': '0755',
    'becomes-a-directory/f': '0644 deeper',
    arrives: '0644 new',
    link: '-> changes',
    'kept/': '0755',
    'kept/of-the-user': '0644 mine',
    'of-the-user': '0644 mine',
    'goes-but-edited': '0644 edited here',
  });
  expect(lstatSync(join(data, 'same')).ino).toBe(inode);
});

it('takes a new copy over what was edited on the machine', async () => {
  cloud.put(
    'vm-1',
    await cloud.offer(
      await makeCopy([
        { path: 'a', text: 'one' },
        { path: 'b', text: 'b' },
      ]),
      '/opt/data',
    ),
  );
  await cloud.reported('vm-1');
  const file = join(cloud.root('vm-1'), 'opt/data/a');
  writeFileSync(file, 'two');

  const metadata = await cloud.offer(
    await makeCopy([
      { path: 'a', text: 'one' },
      { path: 'b', text: 'B' },
    ]),
    '/opt/data',
  );
  cloud.put('vm-1', metadata);

  expect(await filesOf('vm-1', metadata)).toMatchObject({ state: 'done' });
  expect(readFileSync(file, 'utf8')).toBe('one');
});

it('brings back at a reboot what is missing, and keeps what was edited', async () => {
  const copy = await makeCopy(
    [
      { path: 'lost', text: 'l' },
      { path: 'edited', text: 'e' },
      { path: 'd/lost', text: 'l' },
    ],
    ['D\t0755\td'],
  );
  const metadata = await cloud.offer(copy, '/opt/data');
  cloud.put('vm-1', metadata);
  await cloud.reported('vm-1');
  const data = join(cloud.root('vm-1'), 'opt/data');
  rmSync(join(data, 'lost'));
  rmSync(join(data, 'd'), { recursive: true });
  writeFileSync(join(data, 'edited'), 'by hand');

  cloud.put('vm-1', metadata, { lastStartTimestamp: 'later' });
  expect(await cloud.rebooted('vm-1')).toMatchObject({ status: 'ready' });

  expect(cloud.attribute('vm-1', 'files')?.detail).toBe(
    '3 files, 3 B; 2 fetched; 1 changed on this machine, left as they are',
  );
  expect(tree(data)).toEqual({ lost: '0644 l', 'd/': '0755', 'd/lost': '0644 l', edited: '0644 by hand' });
});

it('refuses a manifest that is not the one the metadata name', async () => {
  const copy = await makeCopy([{ path: 'a', text: 'a' }]);
  const metadata = await cloud.offer(copy, '/opt/data');
  await cloud.upload(metadata['cp-files-manifest'] ?? '', copy.manifest.replace('\ta\n', '\tb\n'));
  cloud.put('vm-1', metadata);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'files' });
  expect(cloud.attribute('vm-1', 'files')?.detail).toBe(
    'the manifest is not the one that cp-files-sha256 names: refused',
  );
  expect(readdirSync(join(cloud.root('vm-1'), 'opt/data'))).toEqual([]);
});

it('refuses a manifest that leads out of the destination', async () => {
  const copy = await makeCopy([{ path: '../../etc/cron.d/evil', text: '* * * * * root id' }]);
  cloud.put('vm-1', await cloud.offer(copy, '/opt/data'));

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'files' });
  expect(cloud.attribute('vm-1', 'files')?.detail).toContain(
    'refused: line 6 of the manifest: a path that is not below',
  );
  expect(existsSync(join(cloud.root('vm-1'), 'etc/cron.d'))).toBe(false);
});

it('refuses a shard that holds something else, and puts nothing into place', async () => {
  const copy = await makeCopy([
    { path: 'a', text: 'good' },
    { path: 'b', text: 'good too' },
  ]);
  const evil = await makeCopy([{ path: 'a', text: 'evil' }]);
  const [name = ''] = copy.objects.keys();
  copy.objects.set(name, [...evil.objects.values()][0] ?? Buffer.alloc(0));
  cloud.put('vm-1', await cloud.offer(copy, '/opt/data'));

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'files' });
  expect(cloud.attribute('vm-1', 'files')?.detail).toMatch(
    /^files\/shards\/.* does not hold what the manifest says: refused$/,
  );
  expect(readdirSync(join(cloud.root('vm-1'), 'opt/data'))).toEqual([]);
});

it('does not follow a link that somebody has put in the way of a directory', async () => {
  cloud.put('vm-1', await cloud.offer(await makeCopy([{ path: 'a', text: 'a' }]), '/opt/data'));
  await cloud.reported('vm-1');
  const outside = join(cloud.root('vm-1'), 'opt/outside');
  mkdirSync(outside);
  symlinkSync('../outside', join(cloud.root('vm-1'), 'opt/data/sub'));

  const metadata = await cloud.offer(await makeCopy([{ path: 'sub/a', text: 'a' }], ['D\t0755\tsub']), '/opt/data');
  cloud.put('vm-1', metadata);

  expect(await filesOf('vm-1', metadata)).toMatchObject({
    state: 'failed',
    detail: '/sub on this machine is in the way of a directory',
  });
  expect(readdirSync(outside)).toEqual([]);
});

it.each([
  ['relative/path', "the destination 'relative/path' is not an absolute path of a directory"],
  ['/opt/../etc', "the destination '/opt/../etc' is not an absolute path of a directory"],
  ['/', "the destination '/' is not an absolute path of a directory"],
])('refuses the destination %s', async (destination, detail) => {
  cloud.put('vm-1', await cloud.offer(await makeCopy([{ path: 'a', text: 'a' }]), destination));

  await cloud.reported('vm-1');

  expect(cloud.attribute('vm-1', 'files')).toMatchObject({ state: 'failed', detail });
});

it('goes into a directory that is there already without touching its mode', async () => {
  cloud.put('vm-1', {});
  await cloud.reported('vm-1');
  const data = join(cloud.root('vm-1'), 'home/data');
  mkdirSync(data, { recursive: true });
  chmodSync(data, 0o711);

  const metadata = await cloud.offer(await makeCopy([{ path: 'a', text: 'a' }]), '/home/data/');
  cloud.put('vm-1', metadata);

  expect(await filesOf('vm-1', metadata)).toMatchObject({ state: 'done', detail: '1 file, 1 B' });
  expect(lstatSync(data).mode & 0o777).toBe(0o711);
});

it('brings the files to a share that two machines have, although both go there at once', async () => {
  const files = Array.from({ length: 20 }, (_, index) => ({ path: `d/file-${index}`, text: `${index}` }));
  const copy = await cloud.offer(await makeCopy(files, ['D\t0755\td']), '/shared/data');
  const metadata = { ...copy, 'cp-nfs-mounts': '10.0.0.9:/vol1\t/shared' };
  cloud.put('vm-1', metadata);
  cloud.put('vm-2', metadata);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(await cloud.reported('vm-2')).toMatchObject({ status: 'ready' });
  for (const name of ['vm-1', 'vm-2']) {
    const shared = join(cloud.root(name), 'shared');
    expect(readdirSync(shared)).toEqual(['data']);
    expect(readdirSync(join(shared, 'data/d'))).toHaveLength(20);
  }
});
