import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeBaseImages } from '../docker/_support/base-images.ts';
import { openEngine } from '../docker/_support/engine.ts';
import type { Engine } from '../docker/_support/engine.ts';
import { must, shell } from '../docker/_support/shell.ts';
import { atMost, skipped } from './row.ts';
import type { Row } from './row.ts';
import { median, pairedRatio } from './timing.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cluster-provision/docker-test');
const image = 'cluster-provision:bench';
const options = '--project-id my-project --name-prefix demo --zone us-central1-a'.split(' ');

/** The image: how soon it is at work, how large it is, how long a build takes that has nothing to do. */
export async function imageRows(): Promise<Row[]> {
  const engine = await openEngine(cache);
  if ('why' in engine) return [skipped('the image', engine.why)];
  try {
    const bases = engine.own ? await makeBaseImages(engine, cache) : [];
    const build = ['build', '-q', '-t', image, ...bases, root];
    await must(engine.cli, build, { env: engine.env });
    return [
      atMost('container start to "the options are valid", over the same outside', await startRatio(engine), 1.2),
      atMost('image without the provider, compressed', (await compressedBytes(engine)) / 1e6, 90, ' MB'),
      atMost('docker build with nothing changed, over that of one line', await buildRatio(engine, build), 2),
    ];
  } finally {
    await engine.stop();
  }
}

// From the moment at which the engine has started the first process: what it does before that is the same for every image.
async function startRatio({ cli, env }: Engine): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-'));
  const outside = async (): Promise<number> => {
    const args = [join(root, 'dist/cluster-provision.mjs'), 'validate', ...options, '--work-dir', folder];
    const began = Date.now();
    await must(process.execPath, args);
    return Date.now() - began;
  };
  const inside = async (): Promise<number> => {
    const name = `cp-bench-${process.pid}`;
    await must(cli, ['run', '--name', name, image, 'validate', ...options], { env });
    const times = await must(cli, ['inspect', '-f', '{{.State.StartedAt}} {{.State.FinishedAt}}', name], { env });
    await must(cli, ['rm', name], { env });
    const [began = '', ended = ''] = times.split(' ');
    return Date.parse(ended) - Date.parse(began);
  };
  try {
    return await pairedRatio(inside, outside, 9);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compressedBytes({ cli, env }: Engine): Promise<number> {
  return Number(await must('sh', ['-c', '"$1" save "$2" | gzip | wc -c', 'sh', cli, image], { env }));
}

async function buildRatio({ cli, env }: Engine, build: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  const time = async (args: readonly string[]): Promise<number> => {
    const began = performance.now();
    await must(cli, args, { env });
    return performance.now() - began;
  };
  const oneLine = ['build', '-q', '-t', 'cluster-provision:one-line', folder];
  try {
    await time(oneLine);
    const ratios: number[] = [];
    for (let run = 0; run < 7; run += 1) ratios.push((await time(build)) / (await time(oneLine)));
    return median(ratios);
  } finally {
    await shell(cli, ['image', 'rm', '-f', 'cluster-provision:one-line'], { env });
    rmSync(folder, { recursive: true, force: true });
  }
}
