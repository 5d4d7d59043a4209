import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { authenticate } from './authenticate.ts';
import type { Breakage } from './faults.ts';
import { renderError } from './render.ts';
import { ApiError } from './service.ts';
import type { ServiceDefinition, SocketHandler, SocketRequest, World } from './service.ts';

/** Takes the requests for WebSockets: the listener of an HTTP server's `upgrade` event, and the end of what it opened. */
export interface SocketDoor {
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** Cuts every WebSocket. */
  close(): void;
}

/** Lets clients in to the WebSockets of all services, after the same questions as any request: token and fault plan. */
export function createSocketDoor(
  services: readonly ServiceDefinition[],
  world: World,
  onBug: (error: unknown) => void,
): SocketDoor {
  const endpoints = new Map<string, { service: ServiceDefinition; handler: SocketHandler }>();
  for (const service of services) {
    for (const [path, handler] of Object.entries(service.sockets ?? {})) {
      endpoints.set(service.mount + path, { service, handler });
    }
  }
  // The first protocol that the client asks for is good: each service has one.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  async function upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', world.baseUrl);
    const found = endpoints.get(url.pathname);
    if (!found) throw new ApiError(404, 'notFound', 'The requested URL was not found on this server.');
    const now = world.clock.now();
    const principal = authenticate(request.headers.authorization, found.service.open ?? false, world.store, now);
    const call = { service: found.service.host, method: 'GET', url: url.pathname + url.search, principal };
    const { delay, before, after } = world.faults.http(call);
    if (delay) await world.clock.sleep(delay);
    if (before) return breakOff(before, connection);
    const query = Object.fromEntries(url.searchParams);
    const handle = found.handler({
      ...world,
      query,
      principal,
      now,
      cutAfter: cutAfter(after),
    } satisfies SocketRequest);
    server.handleUpgrade(request, connection, head, (socket) => {
      socket.on('error', () => socket.terminate());
      handle(socket);
    });
  }

  return {
    upgrade(request, connection, head) {
      connection.on('error', () => connection.destroy());
      upgrade(request, connection, head).catch((error: unknown) => {
        if (!(error instanceof ApiError)) onBug(error);
        refuse(connection, error instanceof ApiError ? error : new ApiError(500, 'backendError', String(error)));
      });
    },
    close() {
      for (const socket of server.clients) socket.terminate();
    },
  };
}

// Whatever happens after the work of opening it is done happens to the bytes that are sent on it.
function cutAfter(after: Breakage | undefined): number | undefined {
  if (after === undefined || 'status' in after) return undefined;
  return 'cutAfter' in after ? after.cutAfter : 0;
}

function breakOff(breakage: Breakage, connection: Duplex): void {
  if ('status' in breakage) refuse(connection, new ApiError(breakage.status, breakage.reason, breakage.message));
  // One that stalls is left to the client's patience.
  else if (!('connection' in breakage) || breakage.connection !== 'stall') connection.destroy();
}

function refuse(connection: Duplex, error: ApiError): void {
  const { status, headers, body } = renderError(error, true);
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(String(body)) });
  connection.end(
    [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join(
      '\r\n',
    ),
  );
}
