import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bareTerraform, serveSandbox } from './bare-sandbox.ts';
import { atMost, skipped, told } from './row.ts';
import type { Row } from './row.ts';
import { median, time } from './timing.ts';
import type { Timing } from './timing.ts';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'dist/cluster-provision.mjs');

/** Create on the sandbox against bare Terraform, and a thousand machines against one. Expects `npm run build` to have run. */
export async function createRows(): Promise<Row[]> {
  const rows: Row[] = [];
  rows.push(...(await overBareTerraform(5)));
  rows.push(...(await thousandOverOne(3)));
  return rows;
}

/**
 * The same configuration, the same kind of sandbox, served by another process: our whole create over `terraform init && terraform
 * apply`, and over the commands that it takes to know what will be made before it is made.
 */
async function overBareTerraform(runs: number): Promise<Row[]> {
  const name = 'create over bare terraform init + apply';
  const [inOneGo, planFirst, bound]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const home = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-'));
    try {
      const ours = await createServed(home);
      const bare = await bareTerraform(bundle, home, environment(home), 'in one go');
      const planned = await bareTerraform(bundle, home, environment(home), 'plan first');
      if (bare === undefined || planned === undefined) return [skipped(name, 'terraform is not on the PATH')];
      inOneGo.push(ours / bare);
      planFirst.push(ours / planned);
      bound.push(planned / bare);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
  return [
    atMost(name, median(inOneGo), 1.3),
    told('  what bounds it: init, plan, show, apply, output over init + apply', `${median(bound).toFixed(2)} x`),
    told('  create over bare init, plan, show, apply, output', `${median(planFirst).toFixed(2)} x`),
  ];
}

async function createServed(home: string): Promise<number> {
  await using _sandbox = await serveSandbox(bundle, home, environment(home), 'sandbox');
  return (await create(home, 1)).seconds;
}

async function thousandOverOne(runs: number): Promise<Row[]> {
  const ratios: number[] = [];
  let peak = 0;
  for (let run = 0; run < runs; run += 1) {
    const [small, large] = [mkdtempSync(join(tmpdir(), 'cp-bench-')), mkdtempSync(join(tmpdir(), 'cp-bench-'))];
    try {
      const one = await create(small, 1);
      const thousand = await create(large, 1000);
      ratios.push(thousand.seconds / one.seconds);
      peak = Math.max(peak, thousand.peakMb);
    } finally {
      rmSync(small, { recursive: true, force: true });
      rmSync(large, { recursive: true, force: true });
    }
  }
  return [
    atMost('create of 1,000 machines over create of 1', median(ratios), 2),
    atMost('peak memory of create of 1,000 machines', peak, 350, ' MB'),
  ];
}

async function create(home: string, machines: number): Promise<Timing> {
  const timing = await time(
    process.execPath,
    [
      ...[bundle, 'create', '--sandbox', '--sandbox-machines', 'off', '--sandbox-dir', join(home, 'sandbox')],
      ...['--work-dir', join(home, 'work'), '--project-id', 'bench-project', '--name-prefix', 'bench'],
      ...['--zone', 'us-central1-a', '--instance-count', String(machines), '--disk-size-gb', '200'],
    ],
    environment(home),
    home,
  );
  if (timing.code !== 0) throw new Error(`create of ${machines} ended with ${timing.code}:\n${timing.output}`);
  return timing;
}

function environment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home };
}
