import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

// Bundles the product into dist/: a small entry and chunks that are loaded when they are needed, with no node_modules beside them.
const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist');

// CommonJS packages inside an ES module look for these names.
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "import { dirname as __dirnameOf } from 'node:path';",
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join(' ');

await rm(outdir, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { 'cluster-provision': 'entrypoint.ts', healthcheck: 'src/healthcheck.ts' },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  legalComments: 'none',
  metafile: true,
  banner: { js: banner },
  logLevel: 'warning',
});
await writeFile(join(outdir, 'meta.json'), JSON.stringify(result.metafile));
const bytes = Object.entries(result.metafile.outputs).reduce((sum, [, { bytes }]) => sum + bytes, 0);
console.log(
  `dist/cluster-provision.mjs and ${Object.keys(result.metafile.outputs).length - 1} chunks, ${(bytes / 1e6).toFixed(2)} MB`,
);
