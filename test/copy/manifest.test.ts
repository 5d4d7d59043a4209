import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import { shardObjects } from '../../src/copy/manifest.ts';
import { wallClock } from '../../src/core/clock.ts';
import { openBucket } from './_support/bucket.ts';
import { directory, folder } from './_support/folder.ts';

it('is the text that src/copy/README.md describes', async () => {
  const dir = folder();
  writeFileSync(join(directory(dir, 'bin'), 'run me'), 'echo hello\n');
  chmodSync(join(dir, 'bin'), 0o755);
  chmodSync(join(dir, 'bin/run me'), 0o4750);
  writeFileSync(join(dir, 'large'), Buffer.alloc(2 * 8 * 2 ** 20 + 1));
  writeFileSync(join(dir, 'tab\t'), '');
  symlinkSync('bin/run me', join(dir, 'link'));
  const { cloud, bucket, download } = await openBucket();

  const order = { dir, cloud, bucket, directory: 'x-deployment/files', clock: wallClock };
  const { manifest } = await copyDirectory({ ...order, signal: new AbortController().signal });

  expect((await download(manifest)).toString().replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
    "#cluster-provision-files 1
    #files 3
    #bytes 16777228
    #directories 1
    S | 959a28d3cde80493aa745682065d9e984c1e75291df88152145e8b6fb96803ec | 2560 | x-deployment/files/shards/959a28d3cde80493aa745682065d9e984c1e75291df88152145e8b6fb96803ec.tar.zst
    S | 2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74 | 8388608 | x-deployment/files/shards/2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74.part.zst
    S | 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d | 1 | x-deployment/files/shards/6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d.part.zst
    D | 0755 | bin
    F | 0750 | 11 | 5dbad7dd0b9b122dcd9956884390f4aac4738caba8ff53498a7ab6718b176c30 | 0 | bin/run me
    F | 0644 | 16777217 | 1f2284d325f6e69b94ed34e7030f34affeff0e8f5d8d195dc37c7719b9e51ac5 | 1,1,2 | large
    F | 0644 | 0 | e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 0 | tab\\0011
    L | link | bin/run me
    "
  `);
});

it.each([
  ['an empty text', ''],
  ['a later version', '#cluster-provision-files 2\n'],
  ['something else', 'S\ta\t1\tb\n'],
])('is not seen in %s', (_, text) => {
  expect(shardObjects(text)).toBeUndefined();
});

it('names the objects of its shards', () => {
  const text = '#cluster-provision-files 1\n#files 0\nS\taa\t1\tx/shards/aa.tar.zst\nL\tS\tx\nF\t0644\t1\taa\t0\tS\n';

  expect(shardObjects(text)).toEqual(['x/shards/aa.tar.zst']);
});
