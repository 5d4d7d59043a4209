import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { wallClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { TokenSource } from '../../google/cloud.ts';
import type { Endpoints } from '../../google/endpoints.ts';

/** What the embedded provider needs: where the APIs are, and tokens for them. */
export interface ProviderOptions {
  endpoints: Endpoints;
  tokens: TokenSource;
  /** What follows the provider's own name in its requests. */
  agent?: string;
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
// Milliseconds; see `startProvider`.
const untilTerraformRuns = 20;

/**
 * Starts a stand-in for the plugin hashicorp/google: a gRPC server on a unix socket that only this user can open. Terraform
 * takes it through TF_REATTACH_PROVIDERS and downloads nothing; it reaches Google's APIs over HTTP like the real one.
 * Only the socket is there at once: the rest takes as long to load as Terraform takes to come up, so both happen together.
 */
export async function startProvider(options: ProviderOptions): Promise<EmbeddedProvider> {
  const folder = await mkdtemp(join(tmpdir().length < 80 ? tmpdir() : '/tmp', 'cp-provider-'));
  await chmod(folder, 0o700);
  const path = join(folder, 'google.sock');
  if (Buffer.byteLength(path) > longestPath) throw new Error(`${path} is too long for a unix socket`);

  const clock = options.clock ?? wallClock;
  const instances = wallClock
    .sleep(untilTerraformRuns)
    .then(() => import('./instance.ts'))
    .then(({ openInstances }) => openInstances({ ...options, clock }));
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    void instances.then((serve) => socket.destroyed || serve(socket));
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

function listen(listener: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(path, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}
