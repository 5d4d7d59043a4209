import { beforeEach, describe, expect, it } from 'vitest';

import { crc32c, crc32cText } from '../../src/core/crc32c.ts';
import { jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { StoredObject, Target } from './storage-target.ts';

describe('copies', () => {
  let target: Target;
  let from: string;
  let to: string;
  beforeEach(async () => {
    target = await openTarget();
    from = await target.bucket();
    to = await target.bucket({ storageClass: 'NEARLINE', location: 'US' });
    await target.put(from, 'a/x', 'hello');
    await target.ask(objectPath(from, 'a/x'), jsonBody('PATCH', { metadata: { a: 'b' } }));
  });

  async function text(bucket: string, name: string): Promise<string> {
    return await (await target.ask(objectPath(bucket, name, '?alt=media'))).text();
  }

  it('by rewriteTo are done in one step, with the source’s metadata and the new bucket’s class', async () => {
    const path = objectPath(from, 'a/x', `/rewriteTo/b/${to}/o/b%2Fy`);

    const rewritten = await target.json(path, { method: 'POST' });

    expect(rewritten).toMatchObject({
      kind: 'storage#rewriteResponse',
      done: true,
      totalBytesRewritten: '5',
      objectSize: '5',
      resource: { name: 'b/y', bucket: to, contentType: 'text/plain', metadata: { a: 'b' }, storageClass: 'NEARLINE' },
    });
    expect(await text(to, 'b/y')).toBe('hello');
  });

  it('by copyTo answer the copy, with the metadata of the body', async () => {
    const path = objectPath(from, 'a/x', `/copyTo/b/${from}/o/copy`);

    const copy = await target.json<StoredObject>(path, jsonBody('POST', { contentType: 'image/png' }));

    expect(copy).toMatchObject({ name: 'copy', contentType: 'image/png', size: '5' });
    expect(copy).not.toHaveProperty('metadata');
  });

  it('stay when their source is deleted', async () => {
    await target.ask(objectPath(from, 'a/x', `/rewriteTo/b/${to}/o/y`), { method: 'POST' });
    await target.ask(objectPath(from, 'a/x'), { method: 'DELETE' });

    expect(await text(to, 'y')).toBe('hello');
  });

  it('onto themselves are a new generation', async () => {
    const before = await target.json<StoredObject>(objectPath(from, 'a/x'));

    const { resource } = await target.json<{ resource: StoredObject }>(
      objectPath(from, 'a/x', `/rewriteTo/b/${from}/o/a%2Fx`),
      { method: 'POST' },
    );

    expect(BigInt(resource.generation)).toBeGreaterThan(BigInt(before.generation));
    expect(await text(from, 'a/x')).toBe('hello');
  });

  it.each([
    ['ifSourceGenerationMatch=1', 412],
    ['ifSourceMetagenerationMatch=2', 200],
    ['ifGenerationMatch=0', 412],
    ['ifGenerationMatch=0&sourceGeneration=1', 404],
  ])('hold to %s: %i', async (query, status) => {
    await target.put(to, 'y', 'there');

    const response = await target.ask(objectPath(from, 'a/x', `/rewriteTo/b/${to}/o/y?${query}`), { method: 'POST' });

    expect(response.status).toBe(status);
    expect(await text(to, 'y')).toBe(status === 200 ? 'hello' : 'there');
  });

  it('of what is missing are 404', async () => {
    const object = await target.ask(objectPath(from, 'nothing', `/rewriteTo/b/${to}/o/y`), { method: 'POST' });
    const bucket = await target.ask(objectPath(from, 'a/x', '/rewriteTo/b/conformance-no-such-bucket/o/y'), {
      method: 'POST',
    });

    expect([object.status, bucket.status]).toEqual([404, 404]);
  });

  it('composed of several have a crc32c, no md5, and the number of their parts', async () => {
    await target.put(from, 'one', 'one ');
    await target.put(from, 'two', 'two');
    const body = { sourceObjects: [{ name: 'one' }, { name: 'two' }], destination: { contentType: 'text/x' } };

    const composed = await target.json<StoredObject>(objectPath(from, 'both', '/compose'), jsonBody('POST', body));
    const again = await target.json<StoredObject>(
      objectPath(from, 'more', '/compose'),
      jsonBody('POST', { sourceObjects: [{ name: 'both' }, { name: 'one' }] }),
    );

    expect(composed).toMatchObject({ size: '7', componentCount: 2, contentType: 'text/x' });
    expect(composed.crc32c).toBe(crc32cText(crc32c(Buffer.from('one two'))));
    expect(composed).not.toHaveProperty('md5Hash');
    expect(again.componentCount).toBe(3);
    expect(await text(from, 'more')).toBe('one twoone ');
  });

  it.each([
    ['no source', [], 400],
    ['33 sources', Array.from({ length: 33 }, () => ({ name: 'a/x' })), 400],
    ['a missing source', [{ name: 'nothing' }], 404],
    ['a source of another generation', [{ name: 'a/x', objectPreconditions: { ifGenerationMatch: '1' } }], 412],
  ])('are not composed of %s', async (_what, sourceObjects, status) => {
    const response = await target.ask(objectPath(from, 'z', '/compose'), jsonBody('POST', { sourceObjects }));

    expect(response.status).toBe(status);
  });
});
