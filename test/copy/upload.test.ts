import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { openUploader, UploadError } from '../../src/copy/upload.ts';
import { wallClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { fail } from '../../src/core/faults.ts';
import type { Cloud } from '../../src/google/cloud.ts';
import { openBucket } from './_support/bucket.ts';
import type { TestBucket } from './_support/bucket.ts';

const never = new AbortController().signal;
const hastyClock: Clock = { now: () => Date.now(), sleep: (ms, signal) => wallClock.sleep(ms / 100, signal) };
const object = { name: 'a/b c', type: 'application/zstd', content: Buffer.from('some bytes') };

function uploader({ cloud, bucket }: TestBucket, clock: Clock = hastyClock) {
  return openUploader(cloud, bucket, clock);
}

function breakUploads({ faults }: TestBucket, then: object, times = 1): void {
  // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules
  faults.add([{ match: { path: '^/upload/' }, then, times }]);
}

describe('an upload', () => {
  it('stores the bytes', async () => {
    const bucket = await openBucket();

    const isNew = await (await uploader(bucket)).put(object, never);

    expect(isNew).toBe(true);
    expect(await bucket.download('a/b c')).toEqual(object.content);
  });

  it('leaves what is there alone', async () => {
    const bucket = await openBucket();
    const open = await uploader(bucket);
    await open.put(object, never);

    const isNew = await open.put({ ...object, content: Buffer.from('other bytes') }, never);

    expect(isNew).toBe(false);
    expect(await bucket.download('a/b c')).toEqual(object.content);
  });

  it('counts as done when only the answer was lost', async () => {
    const bucket = await openBucket();
    breakUploads(bucket, { reset: 'after' });

    await (await uploader(bucket)).put(object, never);

    expect(await bucket.download('a/b c')).toEqual(object.content);
    expect(bucket.uploads()).toBe(2);
  });

  it('is tried five times', async () => {
    const bucket = await openBucket();
    breakUploads(bucket, { status: 503, message: 'backend error' }, 99);

    const putting = (await uploader(bucket)).put(object, never);

    await expect(putting).rejects.toThrow('a/b c could not be uploaded: HTTP 503: backend error');
    expect(bucket.uploads()).toBe(5);
  });

  it.each([400, 401, 403, 404])('is tried once when Google refuses it (%i)', async (status) => {
    const bucket = await openBucket();
    breakUploads(bucket, { status, message: 'no' }, 99);

    await expect((await uploader(bucket)).put(object, never)).rejects.toThrow(UploadError);

    expect(bucket.uploads()).toBe(1);
  });

  it('is tried again when an attempt gets no answer at all', async () => {
    const bucket = await openBucket();
    breakUploads(bucket, { stall: 'before' });
    // Ten minutes of patience go by in a blink.
    const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => wallClock.sleep(ms / 1000, signal) };

    const isNew = await (await uploader(bucket, clock)).put(object, never);

    expect(isNew).toBe(true);
    expect(bucket.uploads()).toBe(2);
  });

  it('ends at once when it is told to', async () => {
    const bucket = await openBucket();
    breakUploads(bucket, { stall: 'before' });
    const stop = new AbortController();
    const reason = new Error('told to stop');

    const putting = (await uploader(bucket)).put(object, stop.signal);
    setTimeout(() => stop.abort(reason), 100);

    await expect(putting).rejects.toBe(reason);
  });

  it('ends with the reason why there is no token', async () => {
    const bucket = await openBucket();
    const expired = fail('CREDENTIALS_EXPIRED', { reason: 'it is late' });
    const tokens = { ...bucket.cloud.tokens, token: () => Promise.reject(expired) };

    const putting = uploader({ ...bucket, cloud: { ...bucket.cloud, tokens } }).then((open) => open.put(object, never));

    await expect(putting).rejects.toBe(expired);
    expect(bucket.uploads()).toBe(0);
  });
});

describe('an upload to a service that', () => {
  it('is told our checksum refuses other bytes, and is asked again', async () => {
    const bucket = await openBucket();
    const message = 'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "BBBBBB==".';
    breakUploads(bucket, { status: 400, reason: 'invalid', message });

    expect(await (await uploader(bucket)).put(object, never)).toBe(true);
  });

  it('stores other bytes all the same is found out, and what it stored deleted', async () => {
    const deleted: string[] = [];
    const url = await answerWith((method, path) => {
      if (method === 'DELETE') deleted.push(path);
      return method === 'DELETE' ? {} : { name: 'a', generation: '1', crc32c: 'AAAAAA==' };
    });
    const { cloud } = await openBucket();
    const lying: Cloud = { ...cloud, endpoints: { ...cloud.endpoints, storage: url } };

    const putting = (await openUploader(lying, 'bucket', hastyClock)).put({ ...object, name: 'a' }, never);

    await expect(putting).rejects.toThrow(/a could not be uploaded: it was stored with CRC32C AAAAAA== instead of /);
    expect(deleted).toEqual(Array.from({ length: 5 }, () => '/storage/v1/b/bucket/o/a'));
  });
});

/** A server that takes every request and answers as told. */
async function answerWith(answer: (method: string, path: string) => object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer(request.method ?? '', pathname)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
