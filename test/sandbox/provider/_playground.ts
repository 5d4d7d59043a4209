import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment, run } from '../../../src/core/run.ts';
import type { Command, Outcome } from '../../../src/core/run.ts';
import { sandboxEndpoints } from '../../../src/sandbox/endpoints.ts';
import { openSandbox } from '../../../src/sandbox/start.ts';
import type { Configuration } from './_configurations.ts';
import { useEmbeddedProvider, useRealProvider } from './_providers.ts';
import { openRecorder } from './_recorder.ts';
import type { RecordedRequest } from './_recorder.ts';

const project = 'bench-project';

/** A sandbox with a provider and a folder in which terraform runs. */
export interface Playground extends AsyncDisposable {
  /** What the provider has changed, or tried to, request by request. */
  requests: readonly RecordedRequest[];
  /** Writes main.tf.json: provider and what is given. */
  write(configuration: Configuration): Promise<void>;
  /** Runs terraform in the folder. */
  terraform(args: readonly string[], more?: Partial<Command>): Promise<Outcome>;
  /** Runs terraform and fails the test with its output when it does not succeed. */
  succeed(...args: string[]): Promise<string>;
  /** Runs terraform, which must fail, and answers its messages without frame and line breaks. */
  refused(...args: string[]): Promise<string>;
  /** `terraform apply`, then `terraform plan`: answers what the plan would still change ('' for nothing). */
  settle(configuration: Configuration): Promise<string>;
  /** What a plan would do, by address: `create`, `update`, `delete,create`. Nothing is left out but no-ops. */
  plan(...args: string[]): Promise<Record<string, string>>;
  /** The managed resources in the state, by address. */
  state(): Promise<Record<string, Record<string, unknown>>>;
  /** Asks the sandbox as the operator. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Gives the sandbox a fault plan. */
  breaks(...rules: object[]): Promise<void>;
}

/** What a playground can be told. */
export interface PlaygroundOptions {
  /** The binary of the real provider, to be used instead of the embedded one. */
  real?: string;
  /** Milliseconds that an operation takes. */
  latency?: number;
}

/** Starts a sandbox of its own and a provider for it. */
export async function openPlayground({ real, latency = 5 }: PlaygroundOptions = {}): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-terraform-'));
  const sandbox = await openSandbox({ dir: join(folder, 'sandbox'), latency });
  const recorder = await openRecorder(sandbox.url);
  const seen = { endpoints: sandboxEndpoints(recorder.url), tokens: sandbox.tokens };
  const provider = real ? await useRealProvider(real, folder, seen) : await useEmbeddedProvider(folder, seen);
  const environment = {
    ...childEnvironment(process.env),
    ...provider.environment,
    TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
    TF_IN_AUTOMATION: '1',
  };
  let initialised = false;

  function terraform(args: readonly string[], more: Partial<Command> = {}): Promise<Outcome> {
    const timeout = real ? 600_000 : 60_000;
    return run({ file: 'terraform', args: [...args, '-no-color'], cwd: folder, env: environment, timeout, ...more });
  }

  async function succeed(...args: string[]): Promise<string> {
    const outcome = await terraform(args);
    if (outcome.exitCode !== 0) throw new Error(`terraform ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`);
    return outcome.stdout;
  }

  async function write({ provider: of, ...rest }: Configuration): Promise<void> {
    const google = of ?? { project, region: 'us-central1', zone: 'us-central1-a' };
    const required = { google: { source: 'hashicorp/google', version: '6.50.0' } };
    const configuration = { terraform: { required_providers: required }, provider: { google }, ...rest };
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration));
    if (initialised) return;
    await succeed('init');
    initialised = true;
  }

  return {
    requests: recorder.requests,
    write,
    terraform,
    succeed,
    async refused(...args) {
      const outcome = await terraform(args);
      if (outcome.exitCode === 0) throw new Error(`terraform ${args.join(' ')} succeeded\n${outcome.stdout}`);
      return outcome.stderr.replaceAll(/[│╷╵\s]+/g, ' ').trim();
    },
    async settle(configuration) {
      await write(configuration);
      await succeed('apply', '-auto-approve');
      const outcome = await terraform(['plan', '-input=false', '-detailed-exitcode']);
      return outcome.exitCode === 0 ? '' : `${outcome.stdout}\n${outcome.stderr}`;
    },
    async plan(...args) {
      await succeed('plan', '-input=false', '-out=plan.bin', ...args);
      const { resource_changes: changes = [] } = JSON.parse(await succeed('show', '-json', 'plan.bin')) as ShownPlan;
      const actions = changes.map(({ address, change }) => [address, change.actions.join(',')] as const);
      return Object.fromEntries(actions.filter(([, action]) => action !== 'no-op' && action !== 'read'));
    },
    async state() {
      const { values } = JSON.parse(await succeed('show', '-json')) as ShownState;
      const managed = values?.root_module.resources?.filter((resource) => resource.mode === 'managed') ?? [];
      return Object.fromEntries(managed.map((resource) => [resource.address, resource.values]));
    },
    async ask(method, path, body) {
      const response = await fetch(sandbox.url + path, {
        method,
        headers: { authorization: `Bearer ${await sandbox.tokens.token()}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    },
    async breaks(...rules) {
      const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(rules) });
      if (!response.ok) throw new Error(await response.text());
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await recorder[Symbol.asyncDispose]();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface ShownPlan {
  resource_changes?: { address: string; change: { actions: string[] } }[];
}

interface ShownState {
  values?: { root_module: { resources?: { address: string; mode: string; values: Record<string, unknown> }[] } };
}
