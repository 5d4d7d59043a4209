import { createHash } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { crc32c, crc32cText } from '../../src/core/crc32c.ts';
import { jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { Refusal, StoredObject, Target } from './storage-target.ts';

describe('objects', () => {
  let target: Target;
  let bucket: string;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
  });

  it('are shown with the hashes of their bytes and a generation that rises', async () => {
    const first = await target.put(bucket, 'a/b c.txt', 'hello');
    const second = await target.put(bucket, 'a/b c.txt', 'hello again');

    const shown = await target.json<StoredObject>(objectPath(bucket, 'a/b c.txt'));

    expect(first).toMatchObject({
      kind: 'storage#object',
      id: `${bucket}/a/b c.txt/${first.generation}`,
      name: 'a/b c.txt',
      bucket,
      size: '5',
      contentType: 'text/plain',
      metageneration: '1',
      storageClass: 'STANDARD',
      md5Hash: createHash('md5').update('hello').digest('base64'),
      crc32c: crc32cText(crc32c(Buffer.from('hello'))),
    });
    expect(BigInt(second.generation)).toBeGreaterThan(BigInt(first.generation));
    expect(first.generation).toMatch(/^\d{16}$/);
    expect(shown).toEqual(second);
    expect(Object.keys(shown).filter((key) => key.startsWith('_'))).toEqual([]);
  });

  it.each([
    'plain',
    'a/b/c',
    'spaces and ümläute',
    '100% #?&=+',
    '../up',
    'emoji \u{1f600}',
    'trailing/',
    'quote\'"',
    'ends.',
  ])('may be called %s', async (name) => {
    await target.put(bucket, name, name);

    const { items } = await target.json<{ items: StoredObject[] }>(`/storage/v1/b/${bucket}/o`);
    const text = await (await target.ask(objectPath(bucket, name, '?alt=media'))).text();

    expect(items.map((item) => item.name)).toEqual([name]);
    expect(text).toBe(name);
  });

  it.each([
    ['nothing', '', 400],
    ['a line feed', 'a\nb', 400],
    ['a dot', '.', 400],
    ['two dots', '..', 400],
    ['more than 1024 bytes', 'x'.repeat(1025), 400],
  ])('may not be called %s', async (_what, name, status) => {
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;

    expect((await target.ask(path, { method: 'POST', body: 'x' })).status).toBe(status);
  });

  it('that are missing are 404 in the envelope', async () => {
    const response = await target.ask(objectPath(bucket, 'nothing'));

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 404, message: `No such object: ${bucket}/nothing`, errors: [{ reason: 'notFound' }] },
    });
  });

  it('are deleted with 204 and are gone', async () => {
    await target.put(bucket, 'x', 'x');

    const deleted = await target.ask(objectPath(bucket, 'x'), { method: 'DELETE' });

    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect((await target.ask(objectPath(bucket, 'x'), { method: 'DELETE' })).status).toBe(404);
  });

  it('have their metadata changed by PATCH under the next metageneration and the same generation', async () => {
    const { generation } = await target.put(bucket, 'x', 'x');

    await target.ask(
      objectPath(bucket, 'x'),
      jsonBody('PATCH', { metadata: { a: '1', b: '2' }, cacheControl: 'no-store' }),
    );
    const patched = await target.json<StoredObject>(
      objectPath(bucket, 'x'),
      jsonBody('PATCH', { metadata: { a: null, c: '3' } }),
    );

    expect(patched).toMatchObject({
      generation,
      metageneration: '3',
      metadata: { b: '2', c: '3' },
      cacheControl: 'no-store',
    });
    expect(patched.metadata).not.toHaveProperty('a');
    expect(patched.contentType).toBe('text/plain');
  });

  it('have their metadata replaced by PUT', async () => {
    await target.put(bucket, 'x', 'x');
    await target.ask(objectPath(bucket, 'x'), jsonBody('PATCH', { cacheControl: 'no-store' }));

    const put = await target.json<StoredObject>(objectPath(bucket, 'x'), jsonBody('PUT', { contentType: 'image/png' }));

    expect(put.contentType).toBe('image/png');
    expect(put).not.toHaveProperty('cacheControl');
  });

  it('that are held can be neither deleted nor overwritten', async () => {
    await target.put(bucket, 'x', 'x');
    await target.ask(objectPath(bucket, 'x'), jsonBody('PATCH', { temporaryHold: true }));

    const deleted = await target.ask(objectPath(bucket, 'x'), { method: 'DELETE' });
    const written = target.put(bucket, 'x', 'y');

    expect(deleted.status).toBe(403);
    await expect(written).rejects.toThrow('not stored: 403');
    await target.ask(objectPath(bucket, 'x'), jsonBody('PATCH', { temporaryHold: false }));
  });

  describe('preconditions', () => {
    it.each([
      ['ifGenerationMatch', '1', 412],
      ['ifGenerationMatch', '0', 412],
      ['ifGenerationMatch', 'G', 200],
      ['ifGenerationNotMatch', 'G', 304],
      ['ifGenerationNotMatch', '1', 200],
      ['ifMetagenerationMatch', '1', 200],
      ['ifMetagenerationMatch', '2', 412],
      ['ifMetagenerationNotMatch', '1', 304],
      ['ifGenerationMatch', 'x', 400],
    ])('hold for reading: %s=%s is %i', async (name, value, status) => {
      const { generation } = await target.put(bucket, 'x', 'x');
      const query = `${name}=${value === 'G' ? generation : value}`;

      const metadata = await target.ask(objectPath(bucket, 'x', `?${query}`));
      const media = await target.ask(objectPath(bucket, 'x', `?alt=media&${query}`));

      expect([metadata.status, media.status]).toEqual([status, status]);
    });

    it.each([
      ['ifGenerationMatch', '0', 412],
      ['ifGenerationMatch', '1', 412],
      ['ifGenerationMatch', 'G', 200],
      ['ifGenerationNotMatch', 'G', 412],
      ['ifMetagenerationMatch', '2', 412],
    ])('hold for writing over an object: %s=%s is %i', async (name, value, status) => {
      const { generation } = await target.put(bucket, 'x', 'old');
      const query = `${name}=${value === 'G' ? generation : value}`;

      const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=x&${query}`;
      const response = await target.ask(path, { method: 'POST', body: 'new' });
      const text = await (await target.ask(objectPath(bucket, 'x', '?alt=media'))).text();

      expect(response.status).toBe(status);
      expect(text).toBe(status === 200 ? 'new' : 'old');
    });

    it.each([
      ['0', 200],
      ['1', 412],
    ])('hold for writing where nothing is: ifGenerationMatch=%s is %i', async (value, status) => {
      const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=x&ifGenerationMatch=${value}`;

      expect((await target.ask(path, { method: 'POST', body: 'x' })).status).toBe(status);
    });

    it.each([
      ['ifGenerationMatch', '1', 412],
      ['ifGenerationMatch', 'G', 204],
      ['ifMetagenerationMatch', '2', 412],
      ['ifGenerationNotMatch', 'G', 412],
    ])('hold for deleting: %s=%s is %i', async (name, value, status) => {
      const { generation } = await target.put(bucket, 'x', 'x');
      const query = `${name}=${value === 'G' ? generation : value}`;

      const response = await target.ask(objectPath(bucket, 'x', `?${query}`), { method: 'DELETE' });

      expect(response.status).toBe(status);
      expect((await target.ask(objectPath(bucket, 'x'))).status).toBe(status === 204 ? 404 : 200);
    });

    it('that fail say so in the envelope', async () => {
      await target.put(bucket, 'x', 'x');

      const { error } = await target.json<Refusal>(objectPath(bucket, 'x', '?ifGenerationMatch=1'), {
        method: 'DELETE',
      });

      expect(error).toMatchObject({
        code: 412,
        message: 'At least one of the pre-conditions you specified did not hold.',
        errors: [{ reason: 'conditionNotMet', domain: 'global' }],
      });
    });

    it('let exactly one of twenty writers have a lock', async () => {
      const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=lock&ifGenerationMatch=0`;

      const writers = Array.from({ length: 20 }, (_, n) => target.ask(path, { method: 'POST', body: `writer ${n}` }));
      const answers = await Promise.all(writers);

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
    });
  });

  describe('in a bucket that keeps versions', () => {
    beforeEach(async () => {
      await target.ask(`/storage/v1/b/${bucket}`, jsonBody('PATCH', { versioning: { enabled: true } }));
    });

    it('become noncurrent when they are written over, and can still be read by generation', async () => {
      const old = await target.put(bucket, 'x', 'old');
      const live = await target.put(bucket, 'x', 'new');

      const listed = await target.json<{ items: StoredObject[] }>(`/storage/v1/b/${bucket}/o?versions=true`);
      const current = await target.json<{ items: StoredObject[] }>(`/storage/v1/b/${bucket}/o`);
      const text = await (await target.ask(objectPath(bucket, 'x', `?alt=media&generation=${old.generation}`))).text();

      expect(listed.items.map(({ generation }) => generation)).toEqual([old.generation, live.generation]);
      expect(listed.items.map(({ timeDeleted }) => timeDeleted !== undefined)).toEqual([true, false]);
      expect(current.items.map(({ generation }) => generation)).toEqual([live.generation]);
      expect(text).toBe('old');
    });

    it('become noncurrent when they are deleted without a generation, and go for good with one', async () => {
      const { generation } = await target.put(bucket, 'x', 'x');

      await target.ask(objectPath(bucket, 'x'), { method: 'DELETE' });
      const hidden = await target.ask(objectPath(bucket, 'x'));
      const byGeneration = await target.ask(objectPath(bucket, 'x', `?generation=${generation}`));
      await target.ask(objectPath(bucket, 'x', `?generation=${generation}`), { method: 'DELETE' });
      const gone = await target.ask(objectPath(bucket, 'x', `?generation=${generation}`));

      expect([hidden.status, byGeneration.status, gone.status]).toEqual([404, 200, 404]);
    });

    it('count as absent once they are deleted: a lock can be taken again', async () => {
      await target.put(bucket, 'lock', 'first', '&ifGenerationMatch=0');
      await target.ask(objectPath(bucket, 'lock'), { method: 'DELETE' });

      await expect(target.put(bucket, 'lock', 'second', '&ifGenerationMatch=0')).resolves.toMatchObject({
        name: 'lock',
      });
    });
  });
});
