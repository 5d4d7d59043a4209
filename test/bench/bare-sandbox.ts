import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { time } from './timing.ts';
import type { Timing } from './timing.ts';

/**
 * Plain `terraform init` and `terraform apply` of the directory that our create has written, against a fresh sandbox that
 * holds nothing but the state bucket. Answers both together; undefined where terraform is not on the PATH.
 */
export async function bareTerraform(
  bundle: string,
  home: string,
  env: Record<string, string>,
): Promise<Timing | undefined> {
  const { child, variables } = await serveSandbox(bundle, home, env);
  try {
    const directory = join(home, 'bare');
    mkdirSync(directory);
    const work = join(home, 'work/bench-project/bench');
    for (const file of ['main.tf.json', 'tf.auto.tfvars.json']) cpSync(join(work, file), join(directory, file));
    await makeBucket(variables, bucketOf(join(directory, 'main.tf.json')));
    const environment = { ...env, ...variables, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    const init = await time('terraform', ['init', '-input=false'], environment, directory);
    const apply = await time(
      'terraform',
      ['apply', '-input=false', '-auto-approve', '-parallelism=64'],
      environment,
      directory,
    );
    if (init.code !== 0 || apply.code !== 0) throw new Error(`bare terraform failed:\n${init.output}\n${apply.output}`);
    return { ...apply, seconds: init.seconds + apply.seconds };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    child.removeAllListeners('close');
    const closed = once(child, 'close');
    child.kill('SIGINT');
    await closed;
  }
}

function serveSandbox(
  bundle: string,
  home: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; variables: Record<string, string> }> {
  const args = [bundle, 'sandbox', '--json', '--sandbox-dir', join(home, 'bare-sandbox'), '--sandbox-machines', 'off'];
  const child = spawn(process.execPath, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.on('error', reject);
    child.on('close', () => reject(new Error(`the sandbox ended:\n${text}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((each) => each.includes('"variables"'));
      if (line) resolve({ child, variables: (JSON.parse(line) as { variables: Record<string, string> }).variables });
    });
  });
}

function bucketOf(file: string): string {
  const { terraform } = JSON.parse(readFileSync(file, 'utf8')) as {
    terraform: { backend: { gcs: { bucket: string } } };
  };
  return terraform.backend.gcs.bucket;
}

async function makeBucket(variables: Record<string, string>, name: string): Promise<void> {
  const response = await fetch(`${variables['GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT']}b?project=bench-project`, {
    method: 'POST',
    headers: { authorization: `Bearer ${variables['GOOGLE_OAUTH_ACCESS_TOKEN']}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, location: 'us-central1' }),
  });
  if (!response.ok) throw new Error(`the bucket could not be made: ${await response.text()}`);
}
