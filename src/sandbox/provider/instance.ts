import type { Socket } from 'node:net';

import type { Clock } from '../../core/clock.ts';
import type { TokenSource } from '../../google/cloud.ts';
import type { Endpoints } from '../../google/endpoints.ts';
import { openApi } from './api.ts';
import { serveGrpc } from './grpc.ts';
import type { Method } from './grpc.ts';
import { createPlugin } from './plugin.ts';
import type { Plugin } from './plugin.ts';
import { decode, encode, pathOf, procedures } from './protocol.ts';
import { queueByKey, readProviderConfig } from './session.ts';
import type { Session } from './session.ts';
import { uniqueNames } from './unique-name.ts';

/** What the instances of one provider have in common. */
type Shared = Pick<Session, 'alone' | 'uniqueName'> & { schema?: Buffer };

interface InstanceOptions {
  endpoints: Endpoints;
  tokens: TokenSource;
  agent?: string | undefined;
  clock: Clock;
}

/**
 * Makes provider instances: Terraform opens one connection for each (each command, each alias), with a configuration of
 * its own.
 */
export function openInstances(options: InstanceOptions): (socket: Socket) => void {
  const shared: Shared = { alone: queueByKey(), uniqueName: uniqueNames(options.clock) };
  return (socket) => serve(socket, options, shared);
}

function serve(socket: Socket, options: InstanceOptions, shared: Shared): void {
  const stop = new AbortController();
  const session: Session = {
    api: openApi({ ...options, stop: stop.signal }),
    provider: readProviderConfig(null),
    token: () => options.tokens.token(),
    alone: shared.alone,
    uniqueName: shared.uniqueName,
  };
  const plugin = createPlugin({
    configure: (config) => {
      session.provider = readProviderConfig(config);
    },
    session: () => session,
    stop: () => stop.abort(),
  });
  serveGrpc(socket, methodsOf(plugin, shared));
  socket.on('close', () => stop.abort());
}

function methodsOf(plugin: Plugin, shared: Shared): Record<string, Method> {
  const methods = procedures.map(([name, [request, response]]): [string, Method] => [
    pathOf(name),
    async (bytes) => encode(response, await plugin[name](decode(request, bytes))),
  ]);
  return {
    ...Object.fromEntries(methods),
    // The same 100 KB for every command of Terraform.
    [pathOf('GetSchema')]: () => (shared.schema ??= encode('GetSchemaResponse', plugin.GetSchema())),
  };
}
