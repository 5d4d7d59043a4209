import type { AddressInfo } from 'node:net';

import fastify from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Clock } from '../core/clock.ts';
import { wallClock } from '../core/clock.ts';
import type { Contents } from './contents.ts';
import { noFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { createMemoryContents } from './memory-contents.ts';
import { createOperations } from './operations.ts';
import { readJson } from './request-body.ts';
import { createRouter } from './routes.ts';
import type { Match, Router } from './routes.ts';
import { send, sendError } from './send.ts';
import { ApiError } from './service.ts';
import type { Effect, Request, ServiceDefinition, Store, World } from './service.ts';
import { createTasks } from './tasks.ts';
import { createTimers } from './timers.ts';
import { tokenPrincipal } from './tokens.ts';

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

/** Starts the embedded Google Cloud, goes on with what an earlier process left unfinished, and answers when it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const clock = options.clock ?? wallClock;
  const onBug = options.onBug ?? ((error: unknown) => process.emitWarning(error as Error));
  const router = createRouter(options.services);
  const app = fastify({
    forceCloseConnections: true,
    // Google's path templates are matched by our own router: fastify sees one path, whatever was asked.
    rewriteUrl: () => '/',
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setErrorHandler((error, _request, reply) => sendError(reply, error, false, onBug));
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/',
    handler: (request, reply) => answer(request, reply, router, world, onBug),
  });

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
    baseUrl: '',
  };
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  world.baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  tasks.resume();
  operations.resume();
  const stops = options.services.flatMap((service) => service.start?.(world) ?? []);

  async function close(): Promise<void> {
    timers.stop();
    await Promise.all(stops.map((stop) => stop()));
    await app.close();
  }
  return { url: world.baseUrl, world, close, [Symbol.asyncDispose]: close };
}

async function answer(
  incoming: FastifyRequest,
  reply: FastifyReply,
  router: Router,
  world: World,
  onBug: (error: unknown) => void,
): Promise<unknown> {
  const url = incoming.originalUrl;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  let match: Match | undefined;
  try {
    match = router(incoming.method, path);
    if (!match) throw new ApiError(404, 'notFound', 'The requested URL was not found on this server.');
    const request = await makeRequest(incoming, reply, path, mark === -1 ? '' : url.slice(mark), match, world);
    return send(incoming.method, reply, await match.handler(request), request.query['prettyPrint'] === 'true');
  } catch (error) {
    return sendError(reply, error, match?.service.mount !== '', onBug);
  }
}

async function makeRequest(
  incoming: FastifyRequest,
  reply: FastifyReply,
  path: string,
  query: string,
  match: Match,
  world: World,
): Promise<Request> {
  const headers = incoming.headers as Record<string, string | undefined>;
  const now = world.clock.now();
  const principal = authenticate(headers['authorization'], match, world.store, now);
  const search = new URLSearchParams(query);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return {
    ...world,
    method: incoming.method,
    path,
    params: match.params,
    query: Object.fromEntries(search),
    search,
    headers,
    body: match.raw ? undefined : await readJson(incoming.raw),
    ...(match.raw ? { raw: incoming.raw } : {}),
    now,
    principal,
    signal: gone.signal,
  };
}

function authenticate(header: string | undefined, { service }: Match, store: Store, now: number): string {
  const [scheme = '', token = ''] = header?.split(' ') ?? [];
  const principal = scheme.toLowerCase() === 'bearer' ? tokenPrincipal(store, token, now) : undefined;
  if (principal) return principal;
  if (service.open) return '';
  throw new ApiError(
    401,
    header ? 'authError' : 'required',
    header
      ? 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.'
      : 'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  );
}

function allEffects(services: readonly ServiceDefinition[]): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  for (const [name, effect] of services.flatMap((service) => Object.entries(service.effects ?? {}))) {
    if (effects.has(name)) throw new Error(`two services define the effect ${name}`);
    effects.set(name, effect);
  }
  return effects;
}
