import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { wallClock } from '../../src/core/clock.ts';
import { takeFolder } from '../../src/sandbox/ownership.ts';
import { temporaryFolder } from './_support/temporary.ts';

// No process has this number: Linux gives out at most 2^22 of them.
const deadPid = 2 ** 22 + 1;

describe('takeFolder', () => {
  it.each([
    ['a dead process without a listener', { id: 'x', pid: deadPid }],
    ['a dead process whose port nobody has', { id: 'x', pid: deadPid, url: 'http://127.0.0.1:9' }],
    [
      'a live process with the number of a dead one, whose port nobody has',
      { id: 'x', pid: 1, url: 'http://127.0.0.1:9' },
    ],
    ['our own number from the container before', { id: 'x', pid: process.pid }],
    ['an owner that gave it back', { id: 'x', pid: process.pid, released: true }],
  ])('takes it after %s', async (_what, record) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'owner-3.json'), JSON.stringify(record));

    const ownership = await takeFolder(folder, wallClock);

    expect(ownership.own).toBe(true);
  });

  it('is not deceived by another program on the old port', async () => {
    const folder = temporaryFolder();
    const url = await serveId('somebody else');
    writeFileSync(join(folder, 'owner-1.json'), JSON.stringify({ id: 'x', pid: deadPid, url }));

    expect((await takeFolder(folder, wallClock)).own).toBe(true);
  });

  it('attaches to a listener that has the id of the record, whatever its process number', async () => {
    const folder = temporaryFolder();
    const url = await serveId('x');
    writeFileSync(join(folder, 'owner-1.json'), JSON.stringify({ id: 'x', pid: deadPid, url }));

    expect(await takeFolder(folder, wallClock)).toEqual({ own: false, url });
  });

  it('waits for an owner that is still opening', async () => {
    const folder = temporaryFolder();
    const first = await takeFolder(folder, wallClock);
    if (!first.own) throw new Error('nobody was there before');

    const waiting = takeFolder(folder, wallClock);
    first.announce(await serveId(first.id));

    expect((await waiting).own).toBe(false);
  });
});

async function serveId(id: string): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ id })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
