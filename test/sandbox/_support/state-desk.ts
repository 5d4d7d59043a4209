import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'vitest';

import { childEnvironment, run } from '../../../src/core/run.ts';
import type { Outcome } from '../../../src/core/run.ts';
import { temporaryFolder } from './temporary.ts';

/** Where the state of the desk's configuration is kept. */
export const statePrefix = 'd/deployment/terraform/state';
export const stateName = `${statePrefix}/default.tfstate`;
export const lockName = `${statePrefix}/default.tflock`;

/** Whether terraform can be run here; where not, a line says so. */
export const hasTerraform = await isInstalled();

/** A folder with a configuration that needs no provider and keeps its state in a bucket. */
export interface StateDesk {
  folder: string;
  /** Writes the configuration: one `terraform_data` resource. */
  configure(bucket: string, resource: object): void;
  terraform(...args: string[]): Promise<Outcome>;
  /** The same, but anything else than success fails the test; answers standard output. */
  succeed(...args: string[]): Promise<string>;
}

/** Makes one that talks to the storage at `url`. */
export function stateDesk(url: string, token: () => Promise<string>): StateDesk {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'terraform.rc'), 'disable_checkpoint = true\n');

  async function terraform(...args: string[]): Promise<Outcome> {
    return await run({
      file: 'terraform',
      args,
      cwd: folder,
      env: {
        ...childEnvironment(process.env),
        TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
        TF_IN_AUTOMATION: '1',
        GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/v1/b`,
        GOOGLE_OAUTH_ACCESS_TOKEN: await token(),
      },
    });
  }
  return {
    folder,
    configure(bucket, resource) {
      const terraform = { backend: { gcs: { bucket, prefix: statePrefix } } };
      writeFileSync(
        join(folder, 'main.tf.json'),
        JSON.stringify({ terraform, resource: { terraform_data: { a: resource } } }),
      );
    },
    terraform,
    async succeed(...args) {
      const { exitCode, stdout, stderr } = await terraform(...args);
      expect(`${exitCode}\n${stderr}`).toBe('0\n');
      return stdout;
    },
  };
}

async function isInstalled(): Promise<boolean> {
  const { exitCode } = await run({ file: 'terraform', args: ['version'], env: childEnvironment(process.env) });
  if (exitCode !== 0) console.log('skipped: terraform is not on this machine');
  return exitCode === 0;
}
