import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How one process went: seconds on the wall, and its own peak memory in MB. */
export interface Timing {
  seconds: number;
  peakMb: number;
  code: number | null;
  output: string;
}

/** Runs a command once and takes its time; memory is the process's own peak, read from `/proc` while it runs. */
export function time(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let peakMb = 0;
    const sample = setInterval(() => {
      peakMb = Math.max(peakMb, peakOf(child.pid));
    }, 20);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(sample);
      resolve({ seconds: Number(process.hrtime.bigint() - started) / 1e9, peakMb, code, output });
    });
  });
}

/** The median ratio of `a` to `b`, both run in turn `runs` times after one run each that is not counted. */
export async function pairedRatio(a: () => Promise<number>, b: () => Promise<number>, runs: number): Promise<number> {
  await a();
  await b();
  const ratios: number[] = [];
  for (let index = 0; index < runs; index += 1) ratios.push((await a()) / (await b()));
  return median(ratios);
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function peakOf(pid: number | undefined): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
