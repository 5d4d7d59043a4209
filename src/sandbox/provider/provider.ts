import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server as Listener, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { handleUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';

import { wallClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { TokenSource } from '../../google/cloud.ts';
import type { Endpoints } from '../../google/endpoints.ts';
import { openApi } from './api.ts';
import { createPlugin } from './plugin.ts';
import type { Message } from './plugin.ts';
import { providerService } from './protocol.ts';
import { queueByKey, readProviderConfig } from './session.ts';
import type { Session } from './session.ts';
import { uniqueNames } from './unique-name.ts';

/** What the embedded provider needs: where the APIs are, and tokens for them. */
export interface ProviderOptions {
  endpoints: Endpoints;
  tokens: TokenSource;
  clock?: Clock;
}

/** A running provider. */
export interface EmbeddedProvider {
  /** Variables for terraform's environment, all commands from init on. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

// What `hashicorp/google` means to Terraform, and to OpenTofu.
const addresses = ['registry.terraform.io/hashicorp/google', 'registry.opentofu.org/hashicorp/google'];
// A unix socket's path has at most 107 bytes.
const longestPath = 107;

/**
 * Starts a stand-in for the plugin hashicorp/google: a gRPC server on a unix socket that only this user can open. Terraform
 * takes it through TF_REATTACH_PROVIDERS and downloads nothing; it reaches Google's APIs over HTTP like the real one.
 */
export async function startProvider(options: ProviderOptions): Promise<EmbeddedProvider> {
  const folder = await mkdtemp(join(tmpdir().length < 80 ? tmpdir() : '/tmp', 'cp-provider-'));
  await chmod(folder, 0o700);
  const path = join(folder, 'google.sock');
  if (Buffer.byteLength(path) > longestPath) throw new Error(`${path} is too long for a unix socket`);

  const shared = { alone: queueByKey(), uniqueName: uniqueNames(options.clock ?? wallClock) };
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    const stop = new AbortController();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      stop.abort();
    });
    serve(socket, options, shared, stop);
  });
  await listen(listener, path);

  const server = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    // Else terraform kills that process when it is done.
    Test: true,
    Addr: { Network: 'unix', String: path },
  };
  const reattach = Object.fromEntries(addresses.map((address) => [address, server]));
  return {
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Terraform opens one connection for each provider instance (each command, each alias), with a configuration of its own;
 * gRPC does not say which connection a call came on, so each has a server of its own.
 */
function serve(
  socket: Socket,
  options: ProviderOptions,
  shared: Pick<Session, 'alone' | 'uniqueName'>,
  stop: AbortController,
): void {
  const { endpoints, tokens, clock = wallClock } = options;
  const session: Session = {
    api: openApi({ endpoints, tokens, clock, stop: stop.signal }),
    provider: readProviderConfig(null),
    token: () => tokens.token(),
    ...shared,
  };
  const plugin = createPlugin({
    configure: (config) => {
      session.provider = readProviderConfig(config);
    },
    session: () => session,
    stop: () => stop.abort(),
  });
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(providerService, implementation(plugin));
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  injector.injectConnection(socket);
  socket.on('close', () => {
    injector.destroy();
    server.forceShutdown();
  });
}

function implementation(
  plugin: Record<string, (request: Message) => Message | Promise<Message>>,
): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(plugin).map(([name, procedure]): [string, handleUnaryCall<Message, Message>] => [
      name,
      (call, answer) => {
        Promise.resolve()
          .then(() => procedure(call.request))
          .then(
            (message) => answer(null, message),
            (error: unknown) => answer({ code: 13, message: (error as Error).stack ?? String(error) }),
          );
      },
    ]),
  );
}

function listen(listener: Listener, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(path, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}
