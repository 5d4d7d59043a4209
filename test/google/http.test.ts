import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';

import type { Clock } from '../../src/core/clock.ts';
import type { TokenSource } from '../../src/google/cloud.ts';
import { googleEndpoints } from '../../src/google/endpoints.ts';
import { googleHttp } from '../../src/google/http.ts';
import type { Call, GoogleHttp } from '../../src/google/http.ts';

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Closes the connection instead, or never answers. */
  drop?: true;
  stall?: true;
  text?: string;
}

interface Desk {
  http: GoogleHttp;
  requests: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
  /** Pauses between tries, in milliseconds; none of them is really waited for. */
  pauses: number[];
}

/** An API that gives `answers` one after the other, and the last one for ever. */
async function openDesk(answers: Answer[], tokens: Partial<TokenSource> = {}): Promise<Desk> {
  const requests: Desk['requests'] = [];
  const pauses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { status: 500 };
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (answer.stall) return;
      if (answer.drop) request.socket.destroy();
      else if (answer.text !== undefined) response.writeHead(answer.status).end(answer.text);
      else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const clock: Clock = {
    now: () => 0,
    sleep: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = googleHttp(
    {
      endpoints: { ...googleEndpoints, storage: url },
      tokens: { token: () => Promise.resolve('tok'), describe: () => Promise.resolve(''), ...tokens },
      terraformEnvironment: () => Promise.resolve({}),
      close: () => Promise.resolve(),
    },
    clock,
  );
  return { http, requests, pauses };
}

const get: Call = { method: 'GET', service: 'storage', path: '/thing' };
const post: Call = { method: 'POST', service: 'storage', path: '/thing', body: { a: 1 } };

function error(status: number, reason: string, more: object = {}): Answer {
  return { status, body: { error: { code: status, message: `it is ${reason}`, errors: [{ reason }], ...more } } };
}

it('sends token, quota project and query, and reads only what the schema names', async () => {
  const desk = await openDesk([{ status: 200, body: { name: 'n', more: 'x' } }], {
    quotaProject: () => Promise.resolve('payer'),
  });

  const reply = await desk.http.call({ ...get, query: { a: 'b c', none: undefined } }, z.object({ name: z.string() }));

  expect(reply).toEqual({ name: 'n' });
  expect(desk.requests[0]).toMatchObject({
    url: '/thing?a=b+c',
    headers: { authorization: 'Bearer tok', 'x-goog-user-project': 'payer' },
  });
});

it.each([
  ['a GET that meets 503', get, [error(503, 'backendError')], 5],
  ['a GET whose connection breaks', get, [{ status: 0, drop: true }] as Answer[], 5],
  ['a POST that meets 503', post, [error(503, 'backendError')], 1],
  ['a POST whose connection breaks', post, [{ status: 0, drop: true }] as Answer[], 1],
  ['a POST that may be sent twice', { ...post, idempotent: true }, [error(503, 'backendError')], 5],
  ['a POST that came too fast', post, [error(429, 'rateLimitExceeded')], 8],
  ['a GET that came too fast, in older words', get, [error(403, 'userRateLimitExceeded')], 8],
  ['a quota that is used up', get, [error(403, 'quotaExceeded')], 1],
  ['a refusal', get, [error(403, 'forbidden')], 1],
  ['a missing thing', get, [error(404, 'notFound')], 1],
])('sends %s as often as it helps', async (_what, call, answers, times) => {
  const desk = await openDesk(answers);

  await expect(desk.http.call(call, z.unknown())).rejects.toThrow(/it is|fetch failed/);

  expect(desk.requests).toHaveLength(times);
});

it('waits for as long as Google asks, and not much longer than half a minute', async () => {
  const tooFast = error(429, 'rateLimitExceeded');
  const desk = await openDesk([
    { ...tooFast, headers: { 'retry-after': '7' } },
    { ...tooFast, headers: { 'retry-after': '600' } },
    { status: 200 },
  ]);

  await desk.http.call(get, z.unknown());

  expect(desk.pauses).toEqual([7_000, 32_000]);
});

it('waits longer from try to try', async () => {
  const desk = await openDesk([error(503, 'backendError')]);

  await expect(desk.http.call(get, z.unknown())).rejects.toThrow('it is backendError');

  for (const [index, pause] of desk.pauses.entries()) {
    const middle = 500 * 2 ** index;
    expect(pause).toBeGreaterThanOrEqual(middle / 2);
    expect(pause).toBeLessThanOrEqual(middle * 1.5);
  }
});

it('gives the reason of the details before that of the errors', async () => {
  const desk = await openDesk([
    error(403, 'forbidden', { details: [{ '@type': 'x' }, { reason: 'SERVICE_DISABLED' }] }),
    { status: 502, body: '<html>a proxy</html>' },
  ]);

  const first = desk.http.call(post, z.unknown());
  await expect(first).rejects.toMatchObject({ status: 403, reason: 'SERVICE_DISABLED', message: 'it is forbidden' });
  const second = desk.http.call(post, z.unknown());

  await expect(second).rejects.toMatchObject({
    status: 502,
    reason: '',
    message: expect.stringContaining('a proxy'),
    call: 'POST /thing',
  });
});

it('takes silence for a broken connection', async () => {
  const desk = await openDesk([{ status: 0, stall: true }]);

  const failure = desk.http.call({ ...get, timeout: 40 }, z.unknown());

  await expect(failure).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer within 0\.04 s$/) },
  });
  expect(desk.requests).toHaveLength(5);
});

it('does not take a log-in page for an answer', async () => {
  const desk = await openDesk([{ status: 200, text: '<html>welcome to the hotel' }]);

  await expect(desk.http.call(get, z.unknown())).rejects.toMatchObject({
    reason: 'notJson',
    message: expect.stringContaining('welcome to the hotel'),
  });
});

it('asks for page after page', async () => {
  const desk = await openDesk([
    { status: 200, body: { items: [1], nextPageToken: 'two' } },
    { status: 200, body: { items: [2] } },
  ]);
  const Page = z.object({ items: z.array(z.number()), nextPageToken: z.string().optional() });
  const items: number[] = [];

  for await (const page of desk.http.pages(get, Page)) items.push(...page.items);

  expect(items).toEqual([1, 2]);
  expect(desk.requests.map(({ url }) => url)).toEqual(['/thing', '/thing?pageToken=two']);
});

it('ends at once when the caller has stopped', async () => {
  const desk = await openDesk([error(503, 'backendError')]);
  const stop = new AbortController();
  stop.abort(new Error('stopped'));

  await expect(desk.http.call({ ...get, signal: stop.signal }, z.unknown())).rejects.toThrow('stopped');
  expect(desk.requests.length).toBeLessThanOrEqual(1);
});
