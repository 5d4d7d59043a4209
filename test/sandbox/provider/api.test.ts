import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';

import { wallClock } from '../../../src/core/clock.ts';
import { openApi } from '../../../src/sandbox/provider/api.ts';
import type { Api } from '../../../src/sandbox/provider/api.ts';
import { waitForOperation } from '../../../src/sandbox/provider/operation.ts';
import { sandboxEndpoints } from '../../../src/sandbox/endpoints.ts';

const get = { method: 'GET', service: 'compute', path: '/compute/v1/x' } as const;
const envelope = (error: object): string => JSON.stringify({ error });

it.each([
  {
    what: 'one reason',
    status: 409,
    body: envelope({ code: 409, message: 'taken', errors: [{ message: 'taken', reason: 'alreadyExists' }] }),
    text: 'googleapi: Error 409: taken, alreadyExists',
  },
  {
    what: 'no reason',
    status: 404,
    body: envelope({ code: 404, message: 'gone' }),
    text: 'googleapi: Error 404: gone',
  },
  {
    what: 'several reasons',
    status: 400,
    body: envelope({
      code: 400,
      message: 'bad',
      errors: [
        { message: 'a', reason: 'x' },
        { message: 'b', reason: 'y' },
      ],
    }),
    text: 'googleapi: Error 400: bad\nMore details:\nReason: x, Message: a\nReason: y, Message: b\n',
  },
  {
    what: 'details',
    status: 403,
    body: envelope({ code: 403, message: 'off', details: [{ reason: 'SERVICE_DISABLED' }] }),
    text: 'googleapi: Error 403: off\nDetails:\n[\n  {\n    "reason": "SERVICE_DISABLED"\n  }\n]',
  },
  {
    what: 'a page of a proxy',
    status: 404,
    body: '<html>',
    text: 'googleapi: got HTTP response code 404 with body: <html>',
  },
])('a refusal with $what reads as from Go’s client', async ({ status, body, text }) => {
  await using server = await serve((_, response) => response.writeHead(status).end(body));

  await expect(server.api.call(get)).rejects.toThrow(text);
});

it('nobody there reads as from Go’s client', async () => {
  const server = await serve(() => undefined);
  await server[Symbol.asyncDispose]();

  await expect(server.api.call(get)).rejects.toThrow(
    /^Get "http:.*": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
  );
});

it('sends the token, and a JSON body', async () => {
  const seen: string[] = [];
  await using server = await serve((request, response) => {
    seen.push(
      `${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''} ${request.headers['content-type'] ?? ''}`,
    );
    response.end('{}');
  });

  await server.api.call({ ...get, method: 'POST', body: { a: 1 }, query: { size: '2' } });

  expect(seen).toEqual(['POST /compute/v1/x?alt=json&size=2 Bearer t application/json']);
});

it('gives up after some tries', async () => {
  let asked = 0;
  await using server = await serve((_, response) => {
    asked += 1;
    response.writeHead(503).end(envelope({ code: 503, message: 'later' }));
  });
  const stop = new AbortController();
  const api = openApi({ ...server.options, stop: stop.signal, clock: { now: () => 0, sleep: async () => undefined } });

  await expect(api.call(get)).rejects.toThrow('googleapi: Error 503: later');
  expect(asked).toBe(8);
});

it.each([
  {
    kind: 'compute',
    operation: { name: 'o', zone: 'https://x/zones/z' },
    path: '/compute/v1/projects/p/zones/z/operations/o',
  },
  {
    kind: 'compute',
    operation: { name: 'o', region: 'https://x/regions/r' },
    path: '/compute/v1/projects/p/regions/r/operations/o',
  },
  { kind: 'compute', operation: { name: 'o' }, path: '/compute/v1/projects/p/global/operations/o' },
  { kind: 'longrunning', operation: { name: 'operations/o' }, path: '/v1/operations/o' },
] as const)('asks for $path until it is done', async ({ kind, operation, path }) => {
  const asked: string[] = [];
  await using server = await serve((request, response) => {
    asked.push((request.url ?? '').split('?')[0] ?? '');
    const done = asked.length > 2;
    response.end(JSON.stringify({ ...operation, status: done ? 'DONE' : 'RUNNING', done }));
  });

  await waitForOperation(operation, {
    api: server.api,
    kind,
    service: 'compute',
    project: 'p',
    activity: 'Creating X',
    minutes: 1,
  });

  expect(asked).toEqual([path, path, path]);
});

it('says how long it waited for an operation that never ends', async () => {
  await using server = await serve((_, response) => response.end(JSON.stringify({ status: 'RUNNING' })));
  const waiting = {
    api: server.api,
    kind: 'compute',
    service: 'compute',
    project: 'p',
    activity: 'Creating X',
    minutes: 0.002,
  } as const;

  await expect(waitForOperation({ name: 'o' }, waiting)).rejects.toThrow(
    "Error waiting for Creating X: timeout while waiting for state to become 'DONE' (last state: 'RUNNING', timeout: 120ms)",
  );
});

interface TestServer extends AsyncDisposable {
  api: Api;
  options: Omit<Parameters<typeof openApi>[0], 'stop'>;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = { token: async () => 't', describe: async () => 'the test' };
  const options = { endpoints: sandboxEndpoints(url), tokens, clock: wallClock };
  return {
    options,
    api: openApi({ ...options, stop: new AbortController().signal }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
