import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';

import type { Report } from '../core/report.ts';
import type { Cloud } from '../google/cloud.ts';
import type { Options } from '../options/read.ts';
import { startMachines } from './machines/machines.ts';
import type { Machines } from './machines/machines.ts';
import { services } from './registry.ts';
import { defineService } from './service.ts';
import type { ServiceDefinition } from './service.ts';
import { openSandbox } from './start.ts';

type SandboxSettings = Pick<Options, 'sandboxDir' | 'sandboxFaults' | 'sandboxMachines' | 'sandboxProvider'>;

/**
 * The embedded Google Cloud as the rest of the product sees any cloud: endpoints, tokens, and what Terraform's child
 * process needs. Serves it, or attaches to the process that has the same folder open.
 */
export async function sandboxCloud(
  options: SandboxSettings,
  report: Report,
  own: { agent: string; path: string; stopNow: AbortSignal },
): Promise<Cloud> {
  const dir = resolve(options.sandboxDir);
  const sandbox = await openSandbox({
    dir,
    faults: options.sandboxFaults,
    hurry: own.stopNow,
    // The real plugin asks for an operation at once and then every 10 s: it must not find one that is nearly done.
    ...(options.sandboxProvider === 'real' ? { latency: 0 } : {}),
    services: [...services, machinesOf(dir, options, own.path, report)],
  });
  let provider: Promise<{ environment: Record<string, string>; close(): Promise<void> }> | undefined;
  return {
    endpoints: sandbox.endpoints,
    tokens: sandbox.tokens,
    agent: own.agent,
    async terraformEnvironment() {
      // The real plugin finds the sandbox by the endpoints alone.
      if (options.sandboxProvider === 'real') return {};
      provider ??= import('./provider/provider.ts').then(({ startProvider }) =>
        startProvider({ ...sandbox, agent: own.agent }),
      );
      return (await provider).environment;
    },
    async close() {
      await (await provider)?.close();
      await sandbox.close();
    },
  };
}

/** The machines run in the process that serves the sandbox, for as long as it serves it. */
function machinesOf(dir: string, options: SandboxSettings, path: string, report: Report): ServiceDefinition {
  return defineService({
    host: 'machines',
    mount: '/machines',
    notModelled: [],
    routes: {},
    start(world) {
      const machines: Promise<Machines> = startMachines(world, {
        dir,
        mode: options.sandboxMachines,
        hidden: [homedir(), resolve(dirname(new URL(import.meta.url).pathname), '../..')],
        path,
      });
      world.ports.connect = async (key, port) => (await machines).connect(key, port);
      machines.then(
        ({ roots }) => {
          if (roots.kind === 'plain') {
            report.info('machines run without namespaces: their start-up command is not run', { detail: roots.why });
          } else if (roots.kind === 'simulated' && roots.why !== undefined) {
            report.info('machines are only said to be ready: nothing is run on them', { detail: roots.why });
          }
        },
        () => undefined,
      );
      return async () => (await machines).close();
    },
  });
}
