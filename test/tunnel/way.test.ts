import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { describe, expect, it, onTestFinished } from 'vitest';

import { openWay } from '../../src/tunnel/way.ts';
import { makeMachine } from './machine.ts';

/** A server that says who it is; the port that it listens on. */
async function listening(text: string): Promise<number> {
  const server = createServer((socket) => socket.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function firstWord(stream: Duplex): Promise<string> {
  const [part] = (await once(stream, 'data')) as [Buffer];
  stream.destroy();
  return part.toString();
}

describe('the way to a machine', () => {
  it('is straight where the machine has an external address that answers', async () => {
    const { target } = await makeMachine();
    const port = await listening('the machine itself');

    const stream = await openWay({ ...target, port, address: '127.0.0.1' });

    expect(await firstWord(stream)).toBe('the machine itself');
  });

  it.each([
    ['it has none', undefined],
    ['nothing listens there', '127.0.0.1'],
    // Reserved for documentation: whoever asks it hears nothing, or that there is no way.
    ['it does not answer', '192.0.2.1'],
  ])('leads through the relay when %s', async (_, address) => {
    const { target } = await makeMachine();

    // Somebody's own sshd may listen on port 22 here.
    const stream = await openWay({ ...target, port: 3389, address });
    stream.write('echo');

    expect(await firstWord(stream)).toBe('echo');
  });

  it('is refused with what the relay says', async () => {
    const { target } = await makeMachine(() => undefined);

    await expect(openWay({ ...target, port: 3389, address: '127.0.0.1' })).rejects.toMatchObject({ code: 4003 });
  });
});
