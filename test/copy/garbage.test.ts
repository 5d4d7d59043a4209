import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import { collectGarbage } from '../../src/copy/garbage.ts';
import { wallClock } from '../../src/core/clock.ts';
import { googleHttp } from '../../src/google/http.ts';
import { deleteObject, putText } from '../../src/google/storage.ts';
import { openBucket } from './_support/bucket.ts';
import type { TestBucket } from './_support/bucket.ts';
import { folder } from './_support/folder.ts';
import { canPull, pull, whySkipped } from './_support/machine.ts';

const directory = 'team/x-deployment/files';

/** Copies a directory with one file of its own and one that is always the same; answers the manifest's name. */
async function copyVersion({ cloud, bucket }: TestBucket, dir: string, version: number) {
  writeFileSync(join(dir, 'version'), Buffer.alloc(9_000_000, `version ${version}`));
  writeFileSync(join(dir, 'always'), 'the same');
  const signal = new AbortController().signal;
  return copyDirectory({ dir, cloud, bucket, directory, signal, clock: wallClock });
}

function collect({ cloud, bucket }: TestBucket, manifest: string) {
  return collectGarbage({ cloud, bucket, directory, manifest });
}

function put({ cloud, bucket }: TestBucket, name: string, text = 'not ours'): Promise<unknown> {
  return putText(googleHttp(cloud), { bucket, name, text });
}

async function names(bucket: TestBucket): Promise<string[]> {
  return (await bucket.objects()).map(({ name }) => name);
}

it.skipIf(!canPull)(`keeps this manifest and the one before it, whole${whySkipped}`, async () => {
  const dir = folder();
  const bucket = await openBucket();
  const first = await copyVersion(bucket, dir, 1);
  const second = await copyVersion(bucket, dir, 2);
  const third = await copyVersion(bucket, dir, 3);

  const collected = await collect(bucket, third.manifest);

  const left = await names(bucket);
  // Of the first version: its two parts; the archive with the file that is always the same is needed still.
  expect(collected).toEqual({ manifests: 1, shards: 2, bytes: expect.any(Number) });
  expect(left).not.toContain(first.manifest);
  await pull(bucket.download, third, folder());
  await pull(bucket.download, second, folder());
});

it('deletes nothing while there are two manifests', async () => {
  const dir = folder();
  const bucket = await openBucket();
  await copyVersion(bucket, dir, 1);
  const second = await copyVersion(bucket, dir, 2);
  const before = await names(bucket);

  const collected = await collect(bucket, second.manifest);

  expect(collected).toEqual({ manifests: 0, shards: 0, bytes: 0 });
  expect(await names(bucket)).toEqual(before);
});

it('takes away what a copy left that broke off before its manifest', async () => {
  const bucket = await openBucket();
  const { manifest } = await copyVersion(bucket, folder(), 1);
  await put(bucket, `${directory}/shards/${'a'.repeat(64)}.tar.zst`);
  await put(bucket, `${directory}/shards/${'b'.repeat(64)}.part.zst`);

  expect(await collect(bucket, manifest)).toMatchObject({ manifests: 0, shards: 2, bytes: 16 });
});

it('touches nothing whose name is not exactly ours', async () => {
  const dir = folder();
  const bucket = await openBucket();
  const hash = 'a'.repeat(64);
  const foreign = [
    `x-deployment/files/shards/${hash}.tar.zst`,
    `${directory}-old/shards/${hash}.tar.zst`,
    `${directory}/${hash}.tar.zst`,
    `${directory}/manifests/${hash}.txt`,
    `${directory}/manifests/old/${hash}.tsv`,
    `${directory}/shards/${hash}.tar.zst.bak`,
    `${directory}/shards/${hash.toUpperCase()}.tar.zst`,
    `${directory}/shards/notes.txt`,
    `team/x-deployment/terraform/state/default.tfstate`,
    `team/y-deployment/files/shards/${hash}.tar.zst`,
  ];
  for (const name of foreign) await put(bucket, name);
  await copyVersion(bucket, dir, 1);
  await copyVersion(bucket, dir, 2);
  const third = await copyVersion(bucket, dir, 3);

  await collect(bucket, third.manifest);

  expect(await names(bucket)).toEqual(expect.arrayContaining(foreign));
});

it.each<[what: string, spoil: (bucket: TestBucket, current: string, previous: string) => Promise<unknown>]>([
  ['this manifest is not there', ({ cloud, bucket }, name) => deleteObject(googleHttp(cloud), { bucket, name })],
  ['this manifest is no manifest', (bucket, current) => put(bucket, current, 'S\ta\t1\tb\n')],
  [
    'the one before it is of a later version',
    (bucket, _, previous) => put(bucket, previous, '#cluster-provision-files 2\n'),
  ],
])('deletes nothing when %s', async (_, spoil) => {
  const dir = folder();
  const bucket = await openBucket();
  await copyVersion(bucket, dir, 1);
  const second = await copyVersion(bucket, dir, 2);
  const third = await copyVersion(bucket, dir, 3);
  await spoil(bucket, third.manifest, second.manifest);
  const before = await names(bucket);

  expect(await collect(bucket, third.manifest)).toEqual({ manifests: 0, shards: 0, bytes: 0 });

  expect(await names(bucket)).toEqual(before);
});

it('keeps a version that came back, and the newest of the others', async () => {
  const dir = folder();
  const bucket = await openBucket();
  const first = await copyVersion(bucket, dir, 1);
  const second = await copyVersion(bucket, dir, 2);
  const third = await copyVersion(bucket, dir, 3);
  const again = await copyVersion(bucket, dir, 1);

  await collect(bucket, again.manifest);

  const left = await names(bucket);
  expect(again.manifest).toBe(first.manifest);
  expect(left).toContain(first.manifest);
  expect(left).toContain(third.manifest);
  expect(left).not.toContain(second.manifest);
});
