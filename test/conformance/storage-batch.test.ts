import { beforeEach, describe, expect, it } from 'vitest';

import { objectPath, openTarget } from './storage-target.ts';
import type { Target } from './storage-target.ts';

describe('a batch', () => {
  let target: Target;
  let bucket: string;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
  });

  async function send(calls: string[], boundary = 'b-1'): Promise<{ status: number; parts: string[] }> {
    const parts = calls.map(
      (call, n) => `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: <call+${n + 1}>\r\n\r\n${call}\r\n`,
    );
    const response = await target.ask('/batch/storage/v1', {
      method: 'POST',
      body: `${parts.join('')}--${boundary}--\r\n`,
      headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    });
    const mark = /boundary=(\S+)/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
    return { status: response.status, parts: (await response.text()).split(`--${mark}`).slice(1, -1) };
  }

  it('deletes many objects at once and tells the outcome of each', async () => {
    const names = ['a/1', 'a/2', 'a/3'];
    await Promise.all(names.map((name) => target.put(bucket, name, name)));

    const calls = [...names, 'missing'].map((name) => `DELETE ${objectPath(bucket, name)} HTTP/1.1\r\n\r\n`);
    const { status, parts } = await send(calls);

    expect(status).toBe(200);
    expect(parts.map((part) => /HTTP\/1\.1 (\d+)/.exec(part)?.[1])).toEqual(['204', '204', '204', '404']);
    expect(parts.map((part) => /Content-ID: (\S+)/i.exec(part)?.[1])).toEqual(
      [1, 2, 3, 4].map((n) => `<response-call+${n}>`),
    );
    expect(parts[3]).toContain('"reason":"notFound"');
    expect(await target.json(`/storage/v1/b/${bucket}/o`)).not.toHaveProperty('items');
  });

  it('passes bodies and preconditions on', async () => {
    await target.put(bucket, 'x', 'x');
    const body = '{"metadata":{"a":"b"}}';

    const { parts } = await send([
      `PATCH ${objectPath(bucket, 'x')} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      `DELETE ${objectPath(bucket, 'x')}?ifGenerationMatch=1 HTTP/1.1\r\n\r\n`,
    ]);

    expect(parts[0]).toContain('"metadata":{"a":"b"}');
    expect(parts[1]).toContain('HTTP/1.1 412');
  });

  it('of more than 100 calls is refused', async () => {
    const calls = Array.from({ length: 101 }, () => `GET ${objectPath(bucket, 'x')} HTTP/1.1\r\n\r\n`);

    expect((await send(calls)).status).toBe(400);
  });

  it('without a boundary is refused', async () => {
    expect((await target.ask('/batch/storage/v1', { method: 'POST', body: 'x' })).status).toBe(400);
  });
});
