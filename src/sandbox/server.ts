import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Contents } from './contents.ts';
import { BrokenConnection, createDispatch } from './dispatch.ts';
import type { Dispatch, Dispatched } from './dispatch.ts';
import { noFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { createMemoryContents } from './memory-contents.ts';
import { createOperations } from './operations.ts';
import type { Effect, ServiceDefinition, Store, World } from './service.ts';
import { createTasks } from './tasks.ts';
import { createTimers } from './timers.ts';
import { createSocketDoor } from './web-sockets.ts';
import type { SocketDoor } from './web-sockets.ts';

/** What a server is made of; what is left out is in memory, on the wall clock, without faults. */
export interface ServerOptions {
  store: Store;
  services: readonly ServiceDefinition[];
  clock?: Clock;
  /** 0 or nothing: any free port. */
  port?: number;
  contents?: Contents;
  faults?: Faults;
  /** Milliseconds that an operation takes (default 20). */
  latency?: number;
  /** Told what goes wrong in our own code; the default prints a warning with its stack. */
  onBug?: (error: unknown) => void;
}

/** A listener on 127.0.0.1 that serves all APIs. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string;
  world: World;
  /** Ends the listener and everything that goes on in the background; the store stays as it is. */
  close(): Promise<void>;
}

/** Starts the embedded Google Cloud and goes on with what an earlier process left unfinished; answers when it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const onBug = options.onBug ?? ((error: unknown) => process.emitWarning(error as Error));
  const clock = options.clock ?? wallClock;
  const effects = allEffects(options.services);
  const timers = createTimers(clock, onBug);
  const tasks = createTasks(() => world, effects, timers);
  const operations = createOperations(() => world, effects, timers, options.latency ?? 20);
  const world: World = {
    store: options.store,
    clock,
    contents: options.contents ?? createMemoryContents(),
    faults: options.faults ?? noFaults,
    tasks,
    operations,
    ports: { connect: () => Promise.resolve(undefined) },
    baseUrl: '',
  };
  const door = createSocketDoor(options.services, world, onBug);
  const dispatch = createDispatch(options.services, world, onBug);
  const listener = await listen({ dispatch, clock, onBug }, door, options.port ?? 0);
  world.baseUrl = listener.url;
  tasks.resume();
  operations.resume();
  const stops = options.services.flatMap((service) => service.start?.(world) ?? []);

  async function close(): Promise<void> {
    timers.stop();
    await Promise.all(stops.map(async (stop) => await stop()));
    await listener.close();
  }
  return { url: world.baseUrl, world, close, [Symbol.asyncDispose]: close };
}

/** What answering takes. */
interface Listening {
  dispatch: Dispatch;
  clock: Clock;
  onBug: (error: unknown) => void;
}

async function listen(
  { dispatch, clock, onBug }: Listening,
  door: SocketDoor,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  // A client that keeps a connection alive must not find it closed just as it sends; an upload may take its time.
  const listener = createServer({ keepAliveTimeout: 72_000, requestTimeout: 0 }, (incoming, outgoing) => {
    void answer(incoming, outgoing, { dispatch, clock, onBug });
  });
  listener.on('upgrade', door.upgrade);
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    async close() {
      door.close();
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  };
}

// One for all: an error that is made for each abort costs more than the rest of a small request.
const clientGone = new Error('the client is gone');

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { dispatch, clock, onBug }: Listening,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(clientGone);
  });
  try {
    const answered = await dispatch({
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers as Record<string, string | undefined>,
      source: incoming,
      signal: gone.signal,
    });
    outgoing.setHeader('date', new Date(clock.now()).toUTCString());
    await send(outgoing, answered, clock);
  } catch (error) {
    // The client left, or the fault plan wants it to hear nothing; anything else is a bug.
    if (!(error instanceof BrokenConnection) && !gone.signal.aborted) onBug(error);
    if (error instanceof BrokenConnection && error.how === 'reset') incoming.socket.resetAndDestroy();
    else incoming.socket.destroy();
  }
}

async function send(
  outgoing: ServerResponse,
  { status, headers, body, cutAfter, slow }: Dispatched,
  clock: Clock,
): Promise<void> {
  if (slow !== undefined) {
    outgoing.writeHead(status, headers);
    await pipeline(drops(body, slow, clock), outgoing);
  } else if (cutAfter !== undefined) {
    outgoing.writeHead(status, headers);
    await sendPart(outgoing, body, cutAfter);
  } else if (body instanceof Readable) {
    outgoing.writeHead(status, headers);
    await pipeline(body, outgoing);
  } else {
    // No body has no length; an answer to HEAD has the one that its handler says. Last, because Node takes UTF-8 in
    // Content-Disposition for latin1 where the length is known before.
    const isBodyless = status === 204 || status === 304 || (body === '' && outgoing.req.method === 'HEAD');
    const length = isBodyless || 'content-length' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
    outgoing.writeHead(status, { ...headers, ...length });
    outgoing.end(body);
  }
}

async function* drops(body: string | Buffer | Readable, bytesPerSecond: number, clock: Clock): AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.ceil(bytesPerSecond / 10));
  for await (const chunk of body instanceof Readable ? body : [Buffer.from(body)]) {
    for (let place = 0; place < (chunk as Buffer).length; place += size) {
      await clock.sleep((size / bytesPerSecond) * 1000);
      yield (chunk as Buffer).subarray(place, place + size);
    }
  }
}

async function sendPart(outgoing: ServerResponse, body: string | Buffer | Readable, bytes: number): Promise<void> {
  let left = bytes;
  for await (const chunk of body instanceof Readable ? body : [Buffer.from(body)]) {
    const part = (chunk as Buffer).subarray(0, left);
    left -= part.length;
    await new Promise((resolve) => outgoing.write(part, resolve));
    if (left <= 0) break;
  }
  throw new BrokenConnection('drop');
}

function allEffects(services: readonly ServiceDefinition[]): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  for (const [name, effect] of services.flatMap((service) => Object.entries(service.effects ?? {}))) {
    if (effects.has(name)) throw new Error(`two services define the effect ${name}`);
    effects.set(name, effect);
  }
  return effects;
}
