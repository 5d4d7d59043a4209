import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment, run } from '../../../src/core/run.ts';
import type { Outcome } from '../../../src/core/run.ts';
import type { Endpoints } from '../../../src/google/endpoints.ts';
import { useEmbeddedProvider, useRealProvider } from './_providers.ts';
import { services as registered } from '../../../src/sandbox/registry.ts';
import { compute } from '../../../src/sandbox/services/compute/service.ts';
import { startServer } from '../../../src/sandbox/server.ts';
import type { Server, ServerOptions } from '../../../src/sandbox/server.ts';
import { createStore } from '../../../src/sandbox/store.ts';
import { issueToken, operator } from '../../../src/sandbox/tokens.ts';

const services = [...new Set([...registered, compute])];

export const project = 'bench-project';

/** A sandbox with the embedded provider and a folder in which terraform runs. */
export interface Playground extends AsyncDisposable {
  server: Server;
  folder: string;
  environment: Record<string, string>;
  /** Writes main.tf.json: provider and what is given. */
  write(configuration: Configuration): Promise<void>;
  /** Runs terraform in the folder. */
  terraform(...args: string[]): Promise<Outcome>;
  /** Runs terraform and fails the test with its output when it does not succeed. */
  succeed(...args: string[]): Promise<string>;
  /** `terraform plan`: `changes` is false when it is empty. */
  plan(...args: string[]): Promise<{ changes: boolean; text: string }>;
  /** Attributes of a resource in the state. */
  state(address: string): Promise<Record<string, unknown>>;
  /** Asks the sandbox as the operator. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface Configuration {
  provider?: object;
  resource?: Record<string, Record<string, object>>;
  data?: Record<string, Record<string, object>>;
  output?: object;
  import?: object[];
}

/** Where the sandbox at `url` serves the APIs. */
export function endpointsAt(url: string): Endpoints {
  return {
    compute: url,
    storage: url,
    iam: `${url}/iam.googleapis.com`,
    resourcemanager: `${url}/cloudresourcemanager.googleapis.com`,
    serviceusage: `${url}/serviceusage.googleapis.com`,
    filestore: `${url}/file.googleapis.com`,
    monitoring: `${url}/monitoring.googleapis.com`,
    cloudbilling: `${url}/cloudbilling.googleapis.com`,
    container: `${url}/container.googleapis.com`,
  };
}

/** Starts a sandbox of its own and a provider for it: the embedded one, or the real one's binary. */
export async function openPlayground(options: Partial<ServerOptions> & { real?: string } = {}): Promise<Playground> {
  const store = createStore(() => Date.now());
  const server = await startServer({ store, services, latency: 5, ...options });
  const token = issueToken(store, operator, Date.now());
  const folder = await mkdtemp(join(tmpdir(), 'cp-terraform-'));
  const provider = options.real
    ? await useRealProvider(options.real, folder, endpointsAt(server.url), token)
    : await useEmbeddedProvider(folder, endpointsAt(server.url), token);
  const environment = {
    ...childEnvironment(process.env),
    ...provider.environment,
    TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
    TF_IN_AUTOMATION: '1',
  };
  const terraform = (...args: string[]): Promise<Outcome> =>
    run({
      file: 'terraform',
      args: [...args, '-no-color'],
      cwd: folder,
      env: environment,
      timeout: options.real ? 300_000 : 60_000,
    });

  async function succeed(...args: string[]): Promise<string> {
    const outcome = await terraform(...args);
    if (outcome.exitCode !== 0) throw new Error(`terraform ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`);
    return outcome.stdout;
  }

  return {
    server,
    folder,
    environment,
    terraform,
    succeed,
    async write({ provider: of = { project, region: 'us-central1', zone: 'us-central1-a' }, ...rest }) {
      const configuration = {
        terraform: { required_providers: { google: { source: 'hashicorp/google', version: '6.50.0' } } },
        provider: { google: of },
        ...rest,
      };
      await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration));
    },
    async plan(...args) {
      const outcome = await terraform('plan', '-input=false', '-detailed-exitcode', ...args);
      if (outcome.exitCode !== 0 && outcome.exitCode !== 2) throw new Error(`${outcome.stdout}\n${outcome.stderr}`);
      return { changes: outcome.exitCode === 2, text: outcome.stdout };
    },
    async state(address) {
      const shown = JSON.parse(await succeed('show', '-json')) as {
        values?: { root_module: { resources: StateResource[] } };
      };
      const found = shown.values?.root_module.resources.find((resource) => resource.address === address);
      if (!found) throw new Error(`${address} is not in the state`);
      return found.values;
    },
    async ask(method, path, body) {
      const response = await fetch(server.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface StateResource {
  address: string;
  values: Record<string, unknown>;
}
