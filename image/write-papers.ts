import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import packageJson from '../package.json' with { type: 'json' };
import { billOfMaterials } from './bill-of-materials.ts';
import { licences } from './licences.ts';
import { bundledPackages, debianPackages, programs } from './parts.ts';

// Writes what is in the image: sbom.cdx.json (CycloneDX) and licences.txt. Runs in the image's build, after `npm run build`.
const { values } = parseArgs({
  options: { packages: { type: 'string' }, parts: { type: 'string' }, out: { type: 'string' } },
});
const { packages, parts: folder, out } = values;
if (!packages || !folder || !out) throw new Error('usage: write-papers.ts --packages DIR --parts DIR --out DIR');
const root = join(import.meta.dirname, '..');
const [nodeFolder] = globSync(join(root, 'node_modules/node-linux-*'));
if (nodeFolder === undefined) throw new Error('npm ci has not installed Node for this platform');

const parts = [...programs(folder, nodeFolder), ...bundledPackages(root), ...debianPackages(packages)];
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(packageJson, parts), null, 2)}\n`);
writeFileSync(join(out, 'licences.txt'), licences(packageJson, parts));
console.log(`${parts.length} parts; ${readFileSync(join(out, 'licences.txt')).length} bytes of licences`);
