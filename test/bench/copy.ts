import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CopyResult } from '../../src/copy/copy.ts';
import { atLeast, atMost, skipped } from './row.ts';
import type { Row } from './row.ts';
import { median, time } from './timing.ts';
import type { Timing } from './timing.ts';

const root = join(import.meta.dirname, '../..');
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
const bucket = 'bench-bucket';
const runs = 3;
const MiB = 2 ** 20;

/** Copies to a bucket of the sandbox: many small files against gcloud, a large one against `tar | zstd`, and memory. */
export async function copyRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-copy-'));
  const sandbox = await openSandbox(folder);
  try {
    await sandbox.makeBucket();
    const copies: Copied[] = [];
    const copy = async (dir: string, target: string): Promise<Copied> => {
      const copied = await sandbox.copy(dir, target);
      copies.push(copied);
      return copied;
    };
    return [
      ...(await smallFileRows(folder, sandbox, copy)),
      ...(await largeFileRows(folder, copy)),
      atMost('copy: peak memory of our process', Math.max(...copies.map(({ peakMb }) => peakMb)), 250, ' MB'),
    ];
  } finally {
    sandbox.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Copied = Timing & { result: CopyResult };
type Copy = (dir: string, target: string) => Promise<Copied>;

async function smallFileRows(folder: string, sandbox: Sandbox, copy: Copy): Promise<Row[]> {
  const dir = join(folder, 'small');
  writeSmallFiles(dir, 10_000);
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) seconds.push((await copy(dir, `small-${run}`)).seconds);
  const again = await copy(dir, 'small-0');
  const gcloud = await sandbox.gcloud(dir);
  const name = 'copy: 10,000 files of 4 KB, gcloud storage cp -r over ours';
  return [
    gcloud === undefined ? skipped(name, 'no gcloud here') : atLeast(name, gcloud / median(seconds), 5),
    atMost('copy: bytes sent by a second run, small files', again.result.uploadedBytes, 0, ' B'),
  ];
}

async function largeFileRows(folder: string, copy: Copy): Promise<Row[]> {
  const dir = join(folder, 'large');
  writeLargeFile(dir, 2048);
  const ratios: number[] = [];
  const hasZstd = spawnSync('zstd', ['--version']).status === 0;
  for (let run = 0; run < runs; run += 1) {
    const pipe = hasZstd ? await time('bash', ['-c', 'tar c file | zstd > /dev/null'], environment, dir) : undefined;
    const ours = await copy(dir, `large-${run}`);
    if (pipe) ratios.push(pipe.seconds / ours.seconds);
  }
  const again = await copy(dir, 'large-0');
  const name = 'copy: one file of 2 GiB, speed over that of tar c FILE | zstd > /dev/null';
  return [
    hasZstd ? atLeast(name, median(ratios), 0.8) : skipped(name, 'no zstd here'),
    atMost('copy: bytes sent by a second run, large file', again.result.uploadedBytes, 0, ' B'),
  ];
}

interface Sandbox {
  makeBucket(): Promise<void>;
  copy: Copy;
  /** Seconds that gcloud takes for the directory; undefined where it is not installed. */
  gcloud(dir: string): Promise<number | undefined>;
  close(): void;
}

/** A sandbox in a process of its own, which keeps its objects in `folder`. */
async function openSandbox(folder: string): Promise<Sandbox> {
  const script = join(root, 'test/sandbox/_support/open-sandbox.ts');
  const child = spawn(process.execPath, [script, join(folder, 'sandbox')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { url, token } = await new Promise<{ url: string; token: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    child.stdout.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as { url: string; token: string }));
  });
  return {
    async makeBucket() {
      const response = await fetch(`${url}/storage/v1/b?project=bench-project`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: bucket, location: 'US' }),
      });
      if (!response.ok) throw new Error(`the bucket could not be made: ${await response.text()}`);
    },
    async copy(dir, target) {
      const args = [join(root, 'test/bench/copy-once.ts'), dir, url, token, bucket, `${target}-deployment/files`];
      const timing = await time(process.execPath, args, environment);
      if (timing.code !== 0) throw new Error(`the copy ended with ${timing.code}:\n${timing.output}`);
      return { ...timing, result: JSON.parse(timing.output) as CopyResult };
    },
    async gcloud(dir) {
      if (spawnSync('gcloud', ['--version'], { env: environment }).status !== 0) return undefined;
      const tokenFile = join(folder, 'token');
      writeFileSync(tokenFile, token);
      const { seconds, code, output } = await time('gcloud', ['storage', 'cp', '-r', dir, `gs://${bucket}/gcloud/`], {
        ...environment,
        CLOUDSDK_CONFIG: join(folder, 'gcloud'),
        CLOUDSDK_CORE_PROJECT: 'bench-project',
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${url}/storage/v1/`,
      });
      if (code !== 0) throw new Error(`gcloud ended with ${code}:\n${output.slice(-2000)}`);
      return seconds;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

/** Files of 4 KB in directories of a hundred, half of whose bytes are noise. */
function writeSmallFiles(dir: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const parent = join(dir, `directory-${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `file-${index}`), noise(2048, index).toString('hex'));
  }
}

/** One file of `size` MiB that compresses to about half: words of a vocabulary, and bytes that are noise among them. */
function writeLargeFile(dir: string, size: number): void {
  mkdirSync(dir);
  const base = wordsAndNoise(64 * MiB);
  const file = openSync(join(dir, 'file'), 'w');
  const block = Buffer.alloc(MiB);
  for (let index = 0; index < size; index += 1) {
    // Each MiB is another piece of the base, so nothing comes again within the 2 MiB that zstd looks back.
    base.copy(block, 0, (index * (5 * MiB + 4099)) % (base.length - MiB));
    block.write(`${index} `);
    writeSync(file, block);
  }
  closeSync(file);
}

function wordsAndNoise(bytes: number): Buffer {
  const vocabulary = Array.from({ length: 4096 }, (_, index) => noise(3 + (index % 6), -index).toString('hex'));
  const random = noise(bytes / 2, -1e6);
  const made = Buffer.alloc(bytes);
  let at = 0;
  for (let index = 0; at < bytes - 64; index += 6) {
    at += made.write(`${vocabulary[random.readUInt16LE(index) % 4096]} `, at, 'latin1');
    at += random.copy(made, at, index, index + 4);
  }
  return made;
}

function noise(length: number, seed: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(String(seed)).digest();
}
