import { beforeEach, describe, expect, it } from 'vitest';

import { googleProject, jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { StoredObject, Target } from './storage-target.ts';

const content = 'the quick brown fox jumps over the lazy dog';

describe('downloads', () => {
  let target: Target;
  let bucket: string;
  let object: StoredObject;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
    object = await target.put(bucket, 'a/fox.txt', content);
  });

  const ways: [string, (name: string) => string][] = [
    ['alt=media', (name) => objectPath(bucket, name, '?alt=media')],
    ['/download', (name) => objectPath(bucket, name, '?alt=media').replace('/storage/v1', '/download/storage/v1')],
    ['the XML API', (name) => `/${bucket}/${name}`],
  ];

  describe.each(ways)('by %s', (_way, path) => {
    it('send the bytes with type, length, generation and both hashes', async () => {
      const response = await target.ask(path('a/fox.txt'));

      expect(response.status).toBe(200);
      expect(await response.text()).toBe(content);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/plain',
        'content-length': String(content.length),
        'x-goog-generation': object.generation,
        'x-goog-metageneration': '1',
        'x-goog-hash': `crc32c=${object.crc32c}, md5=${object.md5Hash}`,
        'x-goog-stored-content-length': String(content.length),
      });
      expect(response.headers.get('etag')).toBeTruthy();
      expect(Date.parse(response.headers.get('last-modified') ?? '')).toBeGreaterThan(0);
    });

    it.each([
      ['bytes=4-8', 206, 'quick', 'bytes 4-8/43'],
      ['bytes=40-', 206, 'dog', 'bytes 40-42/43'],
      ['bytes=-3', 206, 'dog', 'bytes 40-42/43'],
      ['bytes=0-999', 206, content, 'bytes 0-42/43'],
      ['bytes=-999', 206, content, 'bytes 0-42/43'],
      ['bytes=0-0', 206, 't', 'bytes 0-0/43'],
      ['bytes=8-4', 200, content, null],
      ['lines=1-2', 200, content, null],
    ])('send the range %s with %i', async (range, status, text, contentRange) => {
      const response = await target.ask(path('a/fox.txt'), { headers: { range } });

      expect(response.status).toBe(status);
      expect(await response.text()).toBe(text);
      expect(response.headers.get('content-range')).toBe(contentRange);
    });

    it.each(['bytes=43-', 'bytes=100-200'])('refuse the range %s with 416', async (range) => {
      expect((await target.ask(path('a/fox.txt'), { headers: { range } })).status).toBe(416);
    });

    it('are 404 for what is missing', async () => {
      expect((await target.ask(path('nothing'))).status).toBe(404);
    });

    it('answer HEAD with the same headers and no bytes', async () => {
      const response = await target.ask(path('a/fox.txt'), { method: 'HEAD' });

      expect([response.status, await response.text()]).toEqual([200, '']);
      expect(response.headers.get('content-length')).toBe(String(content.length));
      expect(response.headers.get('x-goog-generation')).toBe(object.generation);
    });
  });

  it('send the headers that the object was given', async () => {
    const fields = {
      contentDisposition: 'attachment',
      cacheControl: 'no-store',
      contentLanguage: 'en',
      metadata: { who: 'me' },
    };
    await target.ask(objectPath(bucket, 'a/fox.txt'), jsonBody('PATCH', fields));

    const { headers } = await target.ask(`/${bucket}/a/fox.txt`);

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-disposition': 'attachment',
      'cache-control': 'no-store',
      'content-language': 'en',
      'x-goog-meta-who': 'me',
    });
  });

  it.skipIf(googleProject)(
    'can follow the media link, which leads back to the sandbox (at Google to Google)',
    async () => {
      expect(await (await target.ask(object.mediaLink)).text()).toBe(content);
    },
  );

  it('send what users wrote in headers, whatever it is', async () => {
    const contentDisposition = 'attachment; filename="ö \u{1f600}.txt"';
    const metadata = { 'two words': 'x', lines: 'a\nb', umlaut: 'ö' };
    await target.ask(objectPath(bucket, 'a/fox.txt'), jsonBody('PATCH', { contentDisposition, metadata }));

    const response = await target.ask(`/${bucket}/a/fox.txt`);

    expect(await response.text()).toBe(content);
    const sent = Buffer.from(response.headers.get('content-disposition') ?? '', 'latin1').toString();
    expect(sent).toBe(contentDisposition);
    expect(response.headers.get('x-goog-meta-lines')).toBe('a b');
  });

  it('by the XML API take escaped names as well', async () => {
    await target.put(bucket, 'ö ä/100%.txt', 'escaped');

    expect(await (await target.ask(`/${bucket}/${encodeURIComponent('ö ä')}/100%25.txt`)).text()).toBe('escaped');
  });

  it('by the XML API are refused in XML', async () => {
    const object404 = await target.ask(`/${bucket}/nothing&more`);
    const bucket404 = await target.ask('/conformance-there-is-no-such-bucket/x');

    expect(await object404.text()).toMatch(/^<\?xml version='1.0' encoding='UTF-8'\?><Error><Code>NoSuchKey<\/Code>/);
    expect(await bucket404.text()).toContain('<Code>NoSuchBucket</Code>');
    expect(object404.headers.get('content-type')).toContain('application/xml');
  });

  it('by the XML API hold to the precondition in a header', async () => {
    const headers = (value: string): RequestInit => ({ headers: { 'x-goog-if-generation-match': value } });

    const right = await target.ask(`/${bucket}/a/fox.txt`, headers(object.generation));
    const wrong = await target.ask(`/${bucket}/a/fox.txt`, headers('1'));

    expect([right.status, wrong.status]).toEqual([200, 412]);
  });

  it('stream large objects, and ranges of them', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024, 'abcdefghij');
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=large`;
    await target.ask(path, { method: 'POST', body: large });

    const whole = Buffer.from(await (await target.ask(`/${bucket}/large`)).arrayBuffer());
    const range = { headers: { range: 'bytes=1000003-4000006' } };
    const part = Buffer.from(await (await target.ask(`/${bucket}/large`, range)).arrayBuffer());

    expect(whole.equals(large)).toBe(true);
    expect(part.equals(large.subarray(1_000_003, 4_000_007))).toBe(true);
  });
});
