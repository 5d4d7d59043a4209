import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle as bundleInto } from '../../scripts/build.ts';
import { atMost, told } from './row.ts';
import type { Row } from './row.ts';
import { pairedRatio, time } from './timing.ts';

const root = join(import.meta.dirname, '../..');
const runs = 15;

/** Start-up of the bundle, alone in an empty directory, against Node doing nothing. Expects `npm run build` to have run. */
export async function startUpRows(): Promise<Row[]> {
  const lonely = mkdtempSync(join(tmpdir(), 'cluster-provision-bench-'));
  cpSync(join(root, 'dist'), lonely, { recursive: true });
  const bundle = join(lonely, 'cluster-provision.mjs');
  const env = { PATH: process.env['PATH'] ?? '', HOME: lonely };
  const nothing = async () => (await time(process.execPath, ['-e', '0'], env)).seconds;
  const call = (args: string[]) => async () => {
    const { seconds, code, output } = await time(process.execPath, [bundle, ...args], env, root);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`);
    return seconds;
  };
  const validate = call(['validate', '--env-file', join(root, 'env.list.example'), '--work-dir', join(lonely, 'work')]);
  try {
    const size = await sizeOf(lonely);
    await bundleInto(join(lonely, 'cdktf'), { cdktf: 'test/bench/cdktf-alone.ts' });
    const cdktf = async () => (await time(process.execPath, [join(lonely, 'cdktf/cdktf.mjs')], env)).seconds;
    const bound = await pairedRatio(cdktf, nothing, runs);
    return [
      atMost('validate over node -e 0', await pairedRatio(validate, nothing, runs), 5),
      told('  what bounds it: loading CDKTF and the classes of the stack, over node -e 0', `${bound.toFixed(2)} x`),
      atMost('--help over node -e 0', await pairedRatio(call(['--help']), nothing, runs), 2),
      atMost('bundle, with no node_modules beside it', size, 4, ' MB'),
    ];
  } finally {
    rmSync(lonely, { recursive: true, force: true });
  }
}

async function sizeOf(directory: string): Promise<number> {
  if (existsSync(join(directory, 'node_modules'))) throw new Error('the bundle is not alone');
  const files = (await readdir(directory, { recursive: true })).filter(
    (name) => /\.(mjs|json)$/.test(name) && name !== 'meta.json',
  );
  return files.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0) / 1e6;
}

/** Whether the bundle is there and newer than nothing: `npm run build` makes it. */
export function bundleIsBuilt(): boolean {
  return existsSync(join(root, 'dist/cluster-provision.mjs')) && readFileSync(join(root, 'dist/meta.json')).length > 0;
}
