import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { build } from 'esbuild';
import type { Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..');

// CommonJS packages inside an ES module look for these names.
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "import { dirname as __dirnameOf } from 'node:path';",
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join(' ');

/** The thread of src/copy/threads.ts: it looks for its file beside the chunk that it is started by. */
export const shardWorker = { 'shard-worker': 'src/copy/shard-worker.ts' };

const product = { 'cluster-provision': 'entrypoint.ts', healthcheck: 'src/healthcheck.ts', ...shardWorker };

/**
 * Bundles the entry points (name → source file) into `outdir`, which is emptied first: small entries and chunks that are
 * loaded when they are needed, with no node_modules beside them.
 */
export async function bundle(outdir: string, entryPoints: Record<string, string> = product): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    alias: {
      // What CDKTF takes along to zip assets and to ask programs for their versions, of which we do neither, is half of
      // what there would be to load.
      archiver: './scripts/left-out.ts',
      semver: './scripts/left-out.ts',
      // With it CDKTF writes the folder of an `App`, which we do not make; it would bring twenty packages.
      'json-stable-stringify': './scripts/left-out.ts',
      // Only for a Node without web streams, which ours is not.
      'web-streams-polyfill/dist/ponyfill.es2018.js': 'node:stream/web',
    },
    minify: true,
    legalComments: 'none',
    metafile: true,
    banner: { js: banner },
    logLevel: 'warning',
  });
  await writeFile(join(outdir, 'meta.json'), JSON.stringify(metafile));
  return metafile;
}

if (process.argv[1] === import.meta.filename) {
  const outdir = resolve(process.argv[2] ?? join(root, 'dist'));
  const { outputs } = await bundle(outdir);
  const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(
    `${join(outdir, 'cluster-provision.mjs')} and ${Object.keys(outputs).length - 1} chunks, ${(bytes / 1e6).toFixed(2)} MB`,
  );
}
