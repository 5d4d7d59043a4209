import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { bundle, shardWorker } from '../../scripts/build.ts';
import type { CopyResult } from '../../src/copy/copy.ts';
import { half, noise, weights, writeLargeFile, writeSmallFiles } from './copied-files.ts';
import { atLeast, atMost, skipped, told } from './row.ts';
import type { Row } from './row.ts';
import { openSandbox } from './served-sandbox.ts';
import { median, time } from './timing.ts';
import type { Timing } from './timing.ts';

const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
const bucket = 'bench-bucket';

/**
 * Copies to a bucket of the sandbox: many small files against gcloud, large ones against `tar | zstd`, and memory. The
 * product's `copyDirectory` runs bundled as it ships, a process for each copy, its start counted in. The sandbox is
 * another process: its processor time is not ours, but it wants the same processors.
 */
export async function copyRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-copy-'));
  await bundle(join(folder, 'program'), { 'copy-once': 'test/bench/copy-once.ts', ...shardWorker });
  const desk = await openDesk(folder);
  try {
    const peaks: number[] = [];
    const copy: Copy = async (dir, run) => {
      const copied = await desk.copy(dir, run);
      peaks.push(copied.peakMb);
      return copied;
    };
    const rows = [...(await smallFileRows(folder, desk, copy)), ...(await largeFileRows(folder, copy))];
    return [...rows, atMost('copy: peak memory of our process', Math.max(...peaks), 250, ' MB')];
  } finally {
    desk.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Copied extends Timing, CopyResult {
  /** Seconds of processor time, of all threads. */
  cpu: number;
  /** The same of the sandbox, meanwhile. */
  sandboxCpu: number;
}

/** Copies the directory; each `run` has a deployment of its own, so that only the same one finds anything there. */
type Copy = (dir: string, run: number) => Promise<Copied>;

async function smallFileRows(folder: string, desk: Desk, copy: Copy): Promise<Row[]> {
  const dir = join(folder, 'small');
  writeSmallFiles(dir, 10_000);
  const before = await copy(dir, 0);
  const gcloud = await desk.gcloud(dir);
  const after = await copy(dir, 1);
  const again = await copy(dir, 0);
  const name = 'copy: 10,000 files of 4 KB, gcloud storage cp -r over ours';
  return [
    gcloud === undefined
      ? skipped(name, 'no gcloud here')
      : atLeast(name, gcloud / Math.max(before.seconds, after.seconds), 5),
    atMost('copy: bytes sent by a second run, small files', again.uploadedBytes, 0, ' B'),
  ];
}

async function largeFileRows(folder: string, copy: Copy): Promise<Row[]> {
  if (spawnSync('zstd', ['--version']).status !== 0) return [skipped('copy: large files', 'no zstd here')];
  const dir = join(folder, 'large');
  writeLargeFile(dir, 2048, half);
  const { ratio, value } = await compareWithPipe(dir, copy, 3);
  const again = await copy(dir, 0);
  const rows = [
    { ...atLeast(`copy: 2 GiB in one file, ${half.what}, ${overPipe}`, ratio, 0.8), value },
    atMost('copy: bytes sent by a second run, large file', again.uploadedBytes, 0, ' B'),
  ];
  // Not judged: to hash and to send what hardly packs takes longer than zstd needs to see that it does not.
  for (const [index, content] of [weights, noise].entries()) {
    const other = join(folder, `other-${index}`);
    writeLargeFile(other, 512, content);
    const compared = await compareWithPipe(other, copy, 1);
    rows.push(told(`copy: 512 MiB in one file, ${content.what}, ${overPipe}`, compared.value));
  }
  return rows;
}

const overPipe = 'speed over that of tar c FILE | zstd > /dev/null';

/** The median of so many pairs, also in words that say whose processor time it took. */
async function compareWithPipe(dir: string, copy: Copy, runs: number): Promise<{ ratio: number; value: string }> {
  const pairs: { ratio: number; ours: number; sandbox: number; pipe: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    const pipe = await time('bash', ['-c', 'tar c file | zstd > /dev/null; times'], environment, dir);
    const ours = await copy(dir, run);
    pairs.push({
      ratio: pipe.seconds / ours.seconds,
      ours: ours.cpu,
      sandbox: ours.sandboxCpu,
      pipe: childrensTime(pipe.output),
    });
  }
  const middle = (pick: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(pick));
  const ratio = middle((pair) => pair.ratio);
  const [ours, sandbox, pipe] = [
    middle((pair) => pair.ours),
    middle((pair) => pair.sandbox),
    middle((pair) => pair.pipe),
  ];
  const seconds = `processor: ours ${ours.toFixed(1)} s, sandbox ${sandbox.toFixed(1)} s, tar and zstd ${pipe.toFixed(1)} s`;
  return { ratio, value: `${ratio.toFixed(2)} x (${seconds})` };
}

/** Seconds in the last line of bash's `times`, as in `0m9.560s 0m0.830s`. */
function childrensTime(output: string): number {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec), 0);
}

interface Desk {
  copy: Copy;
  /** Seconds that gcloud takes for the directory; undefined where it is not installed. */
  gcloud(dir: string): Promise<number | undefined>;
  close(): void;
}

async function openDesk(folder: string): Promise<Desk> {
  const { url, token, child } = await openSandbox(join(folder, 'sandbox'));
  const response = await fetch(`${url}/storage/v1/b?project=bench-project`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket, location: 'US' }),
  });
  if (!response.ok) throw new Error(`the bucket could not be made: ${await response.text()}`);
  writeFileSync(join(folder, 'token'), token);
  const gcloudEnvironment = {
    ...environment,
    CLOUDSDK_CONFIG: join(folder, 'gcloud'),
    CLOUDSDK_CORE_PROJECT: 'bench-project',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'token'),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${url}/storage/v1/`,
  };
  return {
    async copy(dir, run) {
      const directory = `${basename(dir)}-${run}-deployment/files`;
      const args = [join(folder, 'program/copy-once.mjs'), dir, url, token, bucket, directory];
      const sandboxBefore = cpuOf(child.pid);
      const timing = await time(process.execPath, args, environment);
      if (timing.code !== 0) throw new Error(`the copy ended with ${timing.code}:\n${timing.output}`);
      const told = JSON.parse(timing.output) as CopyResult & { cpu: number };
      return { ...timing, ...told, sandboxCpu: cpuOf(child.pid) - sandboxBefore };
    },
    async gcloud(dir) {
      // The first call makes gcloud's own files, and finds out whether it is here.
      const first = spawnSync('gcloud', ['storage', 'ls', `gs://${bucket}`], { env: gcloudEnvironment });
      if (first.error) return undefined;
      const args = ['storage', 'cp', '-r', dir, `gs://${bucket}/gcloud/`];
      const { seconds, code, output } = await time('gcloud', args, gcloudEnvironment);
      if (code !== 0) throw new Error(`gcloud ended with ${code}:\n${output.slice(-2000)}`);
      return seconds;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

/** Seconds of processor time so far: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (utime, stime). */
function cpuOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
