import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Storage } from '@google-cloud/storage';
import type { Bucket } from '@google-cloud/storage';
import { beforeEach, describe, expect, it } from 'vitest';

import { temporaryFolder } from '../sandbox/_support/temporary.ts';
import { openTarget } from './storage-target.ts';
import type { Target } from './storage-target.ts';

type Intercepted = ReturnType<Storage['interceptors'][number]['request']>;

describe('@google-cloud/storage', () => {
  let target: Target;
  let storage: Storage;
  let bucket: Bucket;
  beforeEach(async () => {
    target = await openTarget();
    const authorization = `Bearer ${await target.token()}`;
    storage = new Storage({ apiEndpoint: target.url, projectId: target.project, retryOptions: { autoRetry: false } });
    // The library sends no credentials to an endpoint that is not Google's; its streams do not even when told to.
    storage.interceptors.push({
      request: (options) => ({ ...options, headers: { ...options.headers, authorization } }) as Intercepted,
    });
    bucket = storage.bucket(await target.bucket());
  });

  it('creates a bucket, is refused a second of that name, and deletes it', async () => {
    const name = `conformance-${randomBytes(8).toString('hex')}`;

    const [created] = await storage.createBucket(name, { location: 'us-central1' });
    const again = storage.createBucket(name);

    await expect(again).rejects.toMatchObject({ code: 409 });
    expect(await created.exists()).toEqual([true]);
    await created.delete();
    expect(await created.exists()).toEqual([false]);
  });

  it.each([
    ['in one request', false, 1000],
    ['resumable', true, 1000],
    ['resumable and large', true, 3 * 1024 * 1024],
    ['empty', true, 0],
  ])('uploads and downloads: %s', async (_what, resumable, size) => {
    const bytes = randomBytes(size);

    await bucket.file('a/x').save(bytes, { resumable, validation: 'crc32c' });
    const [read] = await bucket.file('a/x').download();

    expect(read.equals(bytes)).toBe(true);
  });

  it('uploads in chunks', async () => {
    const bytes = randomBytes(1024 * 1024 + 5);

    await bucket.file('chunks').save(bytes, { resumable: true, chunkSize: 256 * 1024 });
    const [read] = await bucket.file('chunks').download();

    expect(read.equals(bytes)).toBe(true);
  });

  it('uploads a file of the disk and downloads it to another', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'up'), 'from the disk');

    await bucket.upload(join(folder, 'up'), { destination: 'up' });
    await bucket.file('up').download({ destination: join(folder, 'down') });

    expect(readFileSync(join(folder, 'down'), 'utf8')).toBe('from the disk');
  });

  it('downloads a range', async () => {
    await bucket.file('x').save('0123456789');

    const [read] = await bucket.file('x').download({ start: 3, end: 5 });

    expect(read.toString()).toBe('345');
  });

  it('lists with prefix, delimiter and pages', async () => {
    await Promise.all(['a/1', 'a/2', 'a/b/3', 'c'].map((name) => bucket.file(name).save(name)));

    const [first, next] = await bucket.getFiles({ maxResults: 3, autoPaginate: false });
    const [second, none] = await bucket.getFiles(next ?? {});
    const [files, , page] = await bucket.getFiles({ prefix: 'a/', delimiter: '/', autoPaginate: false });

    expect([first, second].map((list) => list.map(({ name }) => name))).toEqual([['a/1', 'a/2', 'a/b/3'], ['c']]);
    expect(none).toBeNull();
    expect(files.map(({ name }) => name)).toEqual(['a/1', 'a/2']);
    expect(page).toMatchObject({ prefixes: ['a/b/'] });
  });

  it('copies, moves, composes and deletes by prefix', async () => {
    await bucket.file('a/1').save('one ');
    await bucket.file('a/2').save('two');

    await bucket.file('a/1').copy(bucket.file('copy'));
    await bucket.file('copy').move('moved');
    await bucket.combine(['a/1', 'a/2'], 'both');
    await bucket.deleteFiles({ prefix: 'a/' });
    const [left] = await bucket.getFiles();

    expect(left.map(({ name }) => name)).toEqual(['both', 'moved']);
    expect((await bucket.file('both').download()).toString()).toBe('one two');
  });

  it('sets metadata', async () => {
    const file = bucket.file('x');
    await file.save('x', { metadata: { metadata: { a: 'b' } } });

    await file.setMetadata({ contentType: 'text/x', metadata: { a: null, c: 'd' } });
    const [metadata] = await file.getMetadata();

    expect(metadata).toMatchObject({ contentType: 'text/x', metadata: { c: 'd' } });
  });

  it('holds to preconditions', async () => {
    const file = bucket.file('lock');
    await file.save('mine', { preconditionOpts: { ifGenerationMatch: 0 } });

    const second = file.save('yours', { preconditionOpts: { ifGenerationMatch: 0 } });

    await expect(second).rejects.toMatchObject({ code: 412 });
    await expect(file.delete({ ifGenerationMatch: 1 })).rejects.toMatchObject({ code: 412 });
    const [{ generation = 0 }] = await file.getMetadata();
    await file.delete({ ifGenerationMatch: generation });
    expect(await file.exists()).toEqual([false]);
  });

  it('changes the policy of a bucket', async () => {
    const [policy] = await bucket.iam.getPolicy({ requestedPolicyVersion: 3 });
    policy.bindings.push({ role: 'roles/storage.objectViewer', members: ['user:a@example.com'] });

    await bucket.iam.setPolicy(policy);
    const [permissions] = await bucket.iam.testPermissions(['storage.objects.get', 'storage.objects.create']);

    expect(permissions).toEqual({ 'storage.objects.get': true, 'storage.objects.create': true });
    await expect(bucket.iam.setPolicy(policy)).rejects.toMatchObject({ code: 412 });
  });
});
