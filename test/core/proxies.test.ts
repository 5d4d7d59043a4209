import { createServer, get } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, it, onTestFinished } from 'vitest';

import { useProxies } from '../../src/core/proxies.ts';

// The server that everything leads to, and a proxy that takes every host for it.
const asked: string[] = [];
const server = await listening(createServer((_request, response) => response.end('the server')));
const proxy = await listening(
  createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('the server');
  }).on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  }),
);

async function listening(one: Server): Promise<Server> {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return one;
}

function portOf(one: Server): number {
  return (one.address() as AddressInfo).port;
}

// The process that a test changes: Node keeps what it was told of proxies for all that follows.
function withProxy(variables: Record<string, string>): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  useProxies(process.env);
  onTestFinished(() => {
    process.env = before;
    asked.length = 0;
  });
}

it.each(['HTTPS_PROXY', 'http_proxy'])('goes through the proxy that %s names', async (name) => {
  withProxy({ HTTP_PROXY: '', [name]: `http://127.0.0.1:${portOf(proxy)}`, no_proxy: 'other.test' });
  const scheme = name.slice(0, -6).toLowerCase();

  // A server without TLS behind the tunnel is all that an https request can fail of here.
  await fetch(`${scheme}://google.test/`).catch(() => undefined);

  expect(asked).toEqual([`google.test:${scheme === 'https' ? 443 : 80}`]);
});

it('never asks a proxy for what is on this machine, whichever way it is asked', async () => {
  withProxy({ HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}` });
  const here = `http://127.0.0.1:${portOf(server)}/`;

  const byFetch = await (await fetch(here)).text();
  const byRequest = await new Promise<string>((resolve) => get(here, (response) => resolve(text(response))));

  expect([byFetch, byRequest, asked]).toEqual(['the server', 'the server', []]);
});

it('tells child processes what must not go through a proxy, beside what the user has said', () => {
  const environment: NodeJS.ProcessEnv = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'intern.test' };
  useProxies(environment);
  useProxies({});

  expect(environment['NO_PROXY']).toBe('intern.test,localhost,127.0.0.1,::1,metadata.google.internal,169.254.169.254');
  expect(environment['no_proxy']).toBe(environment['NO_PROXY']);
});

it('changes nothing where no proxy is named', () => {
  const environment = { NO_PROXY: 'intern.test' };
  useProxies(environment);

  expect(environment).toEqual({ NO_PROXY: 'intern.test' });
});
