import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRedactor } from '../../src/core/redact.ts';
import type { Cloud } from '../../src/google/cloud.ts';
import { googleEndpoints } from '../../src/google/endpoints.ts';
import { findTerraform } from '../../src/terraform/binary.ts';
import { createTerraform } from '../../src/terraform/runner.ts';
import type { Terraform, TerraformSettings } from '../../src/terraform/runner.ts';
import { openWorkDirectory } from '../../src/terraform/work-directory.ts';
import type { WorkDirectory } from '../../src/terraform/work-directory.ts';

/** A step of `fixtures/fake-terraform.mjs`. */
export interface Step {
  out?: string;
  err?: string;
  replay?: string;
  write?: string;
  content?: string;
  wait?: number;
  interrupts?: number;
  hang?: true;
  kill?: string;
  exit?: number;
}

/** Settings that a test chooses for itself. */
export type Changes = Partial<
  Pick<TerraformSettings, 'clock' | 'freeLock' | 'lockTimeoutSeconds' | 'redactor' | 'rescue'>
>;

/** Steps for every verb alike, for each verb, or for each call of a verb. */
export type Scenario = Step[] | Record<string, Step[] | Step[][]>;

/** Terraform in a directory of its own, which is taken away with it. */
export interface Workbench extends AsyncDisposable {
  directory: string;
  work: WorkDirectory;
  terraform: Terraform;
  /** What was asked of the fake so far. */
  calls(): Promise<{ args: string[]; env: Record<string, string> }[]>;
  /** Times (milliseconds since 1970) at which the fake got a SIGINT. */
  interrupts(): Promise<number[]>;
}

const fake = new URL('./fixtures/fake-terraform.mjs', import.meta.url).pathname;

/** Path of a file in `fixtures/`. */
export function fixture(name: string): string {
  return new URL(`fixtures/${name}`, import.meta.url).pathname;
}

/** A cloud that needs nothing: Google's addresses, a token nobody asks for. */
export function cloudWith(environment: Record<string, string> = {}, changes: Partial<Cloud> = {}): Cloud {
  return {
    endpoints: googleEndpoints,
    tokens: { token: () => Promise.resolve('token-of-the-test'), describe: () => Promise.resolve('a test') },
    terraformEnvironment: () => Promise.resolve(environment),
    close: () => Promise.resolve(),
    ...changes,
  };
}

/** The fake terraform that plays `scenario`. */
export async function fakeTerraform(
  scenario: Scenario,
  settings: { cloud?: Partial<Cloud>; environment?: NodeJS.ProcessEnv } & Changes = {},
): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), 'terraform-'));
  const play = join(directory, 'scenario.json');
  await writeFile(play, JSON.stringify(scenario));
  const environment = { PATH: process.env.PATH, HOME: directory, ...settings.environment };
  const binary = { file: fake, product: 'terraform' as const, version: '1.11.4' };
  const cloud = cloudWith({ FAKE_TERRAFORM: play }, settings.cloud);
  const { cloud: _cloud, environment: _environment, ...changes } = settings;
  return workbench(directory, binary, cloud, environment, changes);
}

/** The terraform of this machine. */
export async function realTerraform({
  cloud = cloudWith(),
  ...changes
}: { cloud?: Cloud } & Changes = {}): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), 'terraform-'));
  const environment = { PATH: process.env.PATH, HOME: directory };
  const binary = await findTerraform({ environment });
  return workbench(directory, binary, cloud, environment, changes);
}

async function workbench(
  directory: string,
  binary: Parameters<typeof createTerraform>[0]['binary'],
  cloud: Cloud,
  environment: NodeJS.ProcessEnv,
  changes: Changes,
): Promise<Workbench> {
  const work = await openWorkDirectory(join(directory, 'work'));
  const terraform = createTerraform({
    binary,
    work,
    cloud,
    environment,
    redactor: createRedactor(),
    run: '0badcafe',
    project: 'demo-project',
    deployment: 'demo',
    resume: 'cluster-provision create',
    lockTimeoutSeconds: 1,
    ...changes,
  });
  const lines = async (name: string): Promise<string[]> => {
    const text = await readFile(join(directory, name), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  };
  return {
    directory,
    work,
    terraform,
    calls: async () => (await lines('calls.log')).map((line) => JSON.parse(line)),
    interrupts: async () => (await lines('signals.log')).map((line) => Number(line.split(' ')[1])),
    async [Symbol.asyncDispose]() {
      await terraform.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
