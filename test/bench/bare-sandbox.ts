import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { time } from './timing.ts';
import type { Timing } from './timing.ts';

/** Ways to apply a configuration: in one go, or with a plan that somebody can read and write down before it is applied. */
export const ways = {
  'in one go': [
    ['init', '-input=false'],
    ['apply', '-input=false', '-auto-approve', '-parallelism=64'],
  ],
  'plan first': [
    ['init', '-input=false'],
    ['plan', '-input=false', '-parallelism=64', '-out=plan'],
    ['show', '-json', 'plan'],
    ['apply', '-input=false', '-parallelism=64', 'plan'],
    ['output', '-json'],
  ],
} as const;

/**
 * Plain terraform with the directory that our create has written, against a fresh sandbox that holds nothing but the state
 * bucket. Answers the seconds of all its commands together; undefined where terraform is not on the PATH.
 */
export async function bareTerraform(
  bundle: string,
  home: string,
  env: Record<string, string>,
  way: keyof typeof ways,
): Promise<number | undefined> {
  const name = way.replaceAll(' ', '-');
  await using sandbox = await serveSandbox(bundle, home, env, `bare-sandbox-${name}`);
  try {
    const directory = join(home, `bare-${name}`);
    mkdirSync(directory);
    const work = join(home, 'work/bench-project/bench');
    for (const file of ['main.tf.json', 'tf.auto.tfvars.json']) cpSync(join(work, file), join(directory, file));
    await makeBucket(sandbox.variables, bucketOf(join(directory, 'main.tf.json')));
    const environment = { ...env, ...sandbox.variables, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    let seconds = 0;
    for (const args of ways[way]) {
      const timing: Timing = await time('terraform', args, environment, directory);
      if (timing.code !== 0) throw new Error(`terraform ${args.join(' ')} failed:\n${timing.output}`);
      seconds += timing.seconds;
    }
    return seconds;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A sandbox in a process of its own, so that what is measured does not pay for opening it. */
export interface Served extends AsyncDisposable {
  /** What other tools find it by. */
  variables: Record<string, string>;
}

/** Serves the sandbox in the folder `name` of `home`. */
export function serveSandbox(bundle: string, home: string, env: Record<string, string>, name: string): Promise<Served> {
  const args = [bundle, 'sandbox', '--json', '--sandbox-dir', join(home, name), '--sandbox-machines', 'off'];
  const child = spawn(process.execPath, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.on('error', reject);
    child.on('close', () => reject(new Error(`the sandbox ended:\n${text}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((each) => each.includes('"variables"'));
      if (!line) return;
      const { variables } = JSON.parse(line) as Served;
      resolve({ variables, [Symbol.asyncDispose]: () => end(child) });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  child.removeAllListeners('close');
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
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
