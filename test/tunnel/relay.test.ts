import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, setGlobalProxyFromEnv } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openRelay } from '../../src/tunnel/relay.ts';
import { makeMachine } from './machine.ts';

/** Everything that comes back of what is sent to an echo; the stream is ended when all of it is there. */
async function echoed(stream: Duplex, sent: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  stream.write(sent);
  for await (const part of stream) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length >= sent.length) break;
  }
  return Buffer.concat(parts);
}

describe('a connection through the relay', () => {
  it('carries megabytes both ways, unchanged', async () => {
    const { target, notes } = await makeMachine();
    const sent = randomBytes(6_000_000);

    const back = await echoed(await openRelay(target), sent);

    expect(back.equals(sent)).toBe(true);
    expect(notes).toEqual([]);
  });

  it('loses and doubles nothing when its WebSockets break, wherever they do', async () => {
    const { target, faults, cuts, notes } = await makeMachine();
    const sent = randomBytes(400_000);
    // The first frame, which names the connection, is shorter: what breaks before it has nothing to take up.
    const places = fc.array(fc.integer({ min: 40, max: 300_000 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(places, async (bytes) => {
        faults.replace([]);
        for (const [index, count] of bytes.entries()) cuts(index === 0 ? '/v4/connect' : '/v4/reconnect', count);

        const back = await echoed(await openRelay(target), sent);

        expect(back.equals(sent)).toBe(true);
      }),
      { numRuns: 12 },
    );
    expect(notes.filter((note) => note.includes('is lost')).length).toBeGreaterThan(0);
    expect(notes.at(-1)).toBe('the connection to vm is there again');
  });

  it('ends when the machine ends it, with all that the machine has said', async () => {
    const { target } = await makeMachine(() => Duplex.from([Buffer.from('bye '), Buffer.from('now')]));

    const stream = await openRelay(target);

    expect((await buffer(stream)).toString()).toBe('bye now');
  });

  it('brings what was written before its end to the machine', async () => {
    const parts: Buffer[] = [];
    const machine = new Duplex({
      read() {},
      write(part: Buffer, _encoding, done) {
        parts.push(part);
        setImmediate(done);
      },
    });
    const { target } = await makeMachine(() => machine);
    const sent = randomBytes(3_000_000);

    const stream = await openRelay(target);
    stream.resume().end(sent);

    await Promise.all([once(stream, 'close'), once(machine, 'finish')]);
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  });

  it('is not read faster than its reader reads', async () => {
    let written = 0;
    const machine = new Duplex({
      read() {
        written += 65_536;
        this.push(Buffer.alloc(65_536));
      },
      write: (_chunk, _encoding, done) => done(),
    });
    const { target } = await makeMachine(() => machine);

    const stream = await openRelay(target);
    await sleep(200);
    stream.destroy();

    // What fits into the buffers on the way: far from what an endless source would fill in that time.
    expect(written).toBeLessThan(12_000_000);
  });

  it.each<[string, { principal?: string; machine?: string; zone?: string; port?: number }, number, RegExp]>([
    ['the caller may not use it', { principal: 'user:nobody@test' }, 4033, /not authorized/],
    ['there is no such machine', { machine: 'no-such-vm' }, 4047, /Failed to lookup instance/],
    ['there is no such zone', { zone: 'us-central1-z' }, 404, /Not Found/],
    ['nothing listens on the port', { port: 80 }, 4003, /failed to connect to backend/],
    ['the token is none', { principal: '' }, 401, /Unauthorized/],
  ])('is refused when %s', async (_, { principal, ...wrong }, code, says) => {
    const { target, tokenOf } = await makeMachine();
    if (principal !== undefined) target.token = async () => (principal === '' ? 'none' : tokenOf(principal));

    const refused = openRelay({ ...target, ...wrong });

    await expect(refused).rejects.toMatchObject({ name: 'RelayRefused', code, message: expect.stringMatching(says) });
  });

  it('is refused while no firewall rule lets the relay in, as if nothing listened', async () => {
    const { target, ask } = await makeMachine();
    const rules = '/compute/v1/projects/test-project/global/firewalls';

    await ask('DELETE', `${rules}/default-allow-ssh`);
    await sleep(20);
    const closed = await openRelay(target).catch((error: unknown) => error);
    await ask('POST', rules, {
      name: 'iap',
      allowed: [{ IPProtocol: 'tcp', ports: ['20-30'] }],
      sourceRanges: ['35.235.240.0/20'],
    });
    const open = await openRelay(target);
    open.destroy();
    await ask('POST', rules, { name: 'not', priority: 10, denied: [{ IPProtocol: 'all' }] });
    const denied = await openRelay(target).catch((error: unknown) => error);

    expect(closed).toMatchObject({ code: 4003 });
    expect(denied).toMatchObject({ code: 4003 });
  });

  it('is given up when the relay knows nothing of it any more', async () => {
    const { target, cuts } = await makeMachine();
    cuts('/v4/connect', 60);
    const other = await makeMachine();

    const stream = await openRelay(target);
    target.base = other.target.base;
    target.token = other.target.token;
    stream.write(Buffer.alloc(100));

    await expect(buffer(stream)).rejects.toMatchObject({ name: 'RelayRefused', code: 4001 });
  });

  it('outlives a token that cannot be had for a while', async () => {
    const { target, cuts } = await makeMachine();
    cuts('/v4/connect', 60);
    const { token } = target;
    let asked = 0;
    target.token = async () => {
      asked += 1;
      if (asked === 2) throw new TypeError('fetch failed');
      return token();
    };

    const back = await echoed(await openRelay(target), Buffer.alloc(100, 'x'));

    expect(back.toString()).toBe('x'.repeat(100));
    expect(asked).toBe(3);
  });

  it('is given up when nobody answers for longer than its patience', async () => {
    const { target, faults, cuts } = await makeMachine();
    cuts('/v4/connect', 60);
    // eslint-disable-next-line unicorn/no-thenable -- it is a word of the fault plan
    faults.add([{ match: { path: '/v4/reconnect' }, then: { status: 503 } }]);

    const stream = await openRelay({ ...target, patience: 600 });
    stream.write(Buffer.alloc(100));

    await expect(buffer(stream)).rejects.toMatchObject({ name: 'RelayRefused', code: 503 });
  });

  it('goes through the proxy that HTTPS_PROXY names, and not past it', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.method} ${request.url}`, request.headers['proxy-authorization']);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const { target } = await makeMachine();
    const { port } = proxy.address() as AddressInfo;
    onTestFinished(setGlobalProxyFromEnv({ HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` }));

    const refused = openRelay({ ...target, base: 'https://tunnel.test' });

    await expect(refused).rejects.toMatchObject({ name: 'RelayRefused' });
    expect(asked).toEqual(['CONNECT tunnel.test:443', `Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });
});
