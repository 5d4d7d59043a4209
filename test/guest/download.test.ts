import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { guestFolder } from './_support/bash.ts';

let folder: string;
let server: Server;
let asked: { path: string; range: string | undefined; token: string | undefined }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guest-download-'));
  asked = [];
  server = createServer((request, response) => {
    if (request.url?.endsWith('/token')) {
      response.end('{"access_token": "ya29.machine", "expires_in": 3599}');
      return;
    }
    asked.push({ path: request.url ?? '', range: request.headers.range, token: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function download(): Promise<{ code: number; said: string; file: string }> {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const script =
    'cd "$1"; . ./retry.sh; . ./metadata.sh; . ./download.sh; pause() { :; }; download my-bucket "a b/é.zst" "$2"';
  const child = spawn('bash', ['--norc', '-c', script, '-', guestFolder, join(folder, 'file')], {
    env: {
      PATH: process.env['PATH'],
      LOG: '/dev/null',
      GCE_METADATA_HOST: host,
      STORAGE_EMULATOR_HOST: `http://${host}`,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number>((ended) => child.once('close', ended));
  return { code, said, file: code === 0 ? readFileSync(join(folder, 'file'), 'utf8') : '' };
}

it('asks for an object by its escaped name with the token of the machine', async () => {
  answer = (_, response) => void response.end('content');

  expect(await download()).toMatchObject({ code: 0, file: 'content' });
  expect(asked).toEqual([
    { path: '/storage/v1/b/my-bucket/o/a%20b%2F%C3%A9.zst?alt=media', range: undefined, token: 'Bearer ya29.machine' },
  ]);
});

it('goes on where a broken connection stopped', async () => {
  answer = (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0) {
      response.writeHead(206, { 'content-range': `bytes ${from}-9/10`, 'content-length': 10 - from });
      response.end('0123456789'.slice(from));
      return;
    }
    response.writeHead(200, { 'content-length': 10 });
    response.write('01234', () => response.destroy());
  };

  expect(await download()).toMatchObject({ code: 0, file: '0123456789' });
  expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=5-']);
});

it('begins again when the server knows no ranges', async () => {
  answer = (request, response) => {
    response.writeHead(200, { 'content-length': 10 });
    if (asked.length === 1) response.write('01234', () => response.destroy());
    else response.end('0123456789');
  };

  expect(await download()).toMatchObject({ code: 0, file: '0123456789' });
  expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=5-', undefined]);
});

it.each([403, 429, 500, 503])('asks again after an answer of %i', async (status) => {
  answer = (_, response) => void response.writeHead(asked.length < 3 ? status : 200).end('content');

  expect(await download()).toMatchObject({ code: 0, file: 'content' });
  expect(asked).toHaveLength(3);
});

it('gives an object that is not there up soon', async () => {
  answer = (_, response) => void response.writeHead(404).end('no');

  const { code, said } = await download();

  expect(code).toBe(1);
  expect(said).toContain('HTTP 404');
  expect(asked).toHaveLength(2);
});
