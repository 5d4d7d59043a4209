import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment, run } from '../../src/core/run.ts';
import { findTerraform } from '../../src/terraform/binary.ts';
import { terraformJson } from '../../src/terraform/json-text.ts';

/** A directory of its own in which the real terraform runs. */
export interface TerraformDesk extends AsyncDisposable {
  path: string;
  /** Writes a file as the product does. */
  write(name: string, content: unknown): Promise<void>;
  /** Runs one command; answers its output, and throws what terraform says when it fails. */
  terraform(...args: readonly string[]): Promise<string>;
}

/** Opens a desk; `environment` is what terraform sees beside the usual. */
export async function openTerraformDesk(environment: Readonly<Record<string, string>> = {}): Promise<TerraformDesk> {
  const { file } = await findTerraform({ environment: process.env });
  const path = await mkdtemp(join(tmpdir(), 'cluster-provision-stack-'));
  await writeFile(join(path, 'terraform.rc'), 'disable_checkpoint = true\n');
  const env = {
    ...childEnvironment(process.env),
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: join(path, 'terraform.rc'),
    ...environment,
  };
  return {
    path,
    write: (name, content) => writeFile(join(path, name), terraformJson(content)),
    async terraform(...args) {
      const { exitCode, stdout, stderr } = await run({ file, args: [...args, '-no-color'], cwd: path, env });
      if (exitCode !== 0) throw new Error(`terraform ${args.join(' ')}: ${stderr || stdout}`);
      return stdout;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
