import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execFileSync } from 'node:child_process';

import * as z from 'zod';

/** One thing that the image is made of. */
export interface Part {
  kind: 'npm' | 'deb' | 'program';
  name: string;
  version: string;
  /** https://github.com/package-url/purl-spec */
  purl: string;
  /** SPDX expression; missing where the texts are all there is. */
  license?: string | undefined;
  /** SHA-256 of a program's file, in hexadecimal. */
  sha256?: string;
  /** Licence texts, or where in the image they are. */
  texts: string[];
}

const Metafile = z.object({
  outputs: z.record(z.string(), z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) })),
});
const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).optional(),
});

/** The npm packages of which something is in the bundle, by what esbuild says that it took. `root` is the checkout. */
export function bundledPackages(root: string): Part[] {
  const { outputs } = Metafile.parse(JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')));
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []) : [],
    ),
  );
  return [...new Set(folders)].sort().map((folder) => npmPart(join(root, folder)));
}

function npmPart(folder: string): Part {
  const { name, version, license } = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  // https://github.com/package-url/purl-spec/blob/main/types/npm-definition.json: the @ of a scope is escaped.
  return { kind: 'npm', name, version, license, purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`, texts };
}

/** The Debian packages of which files are in the image, by the records in `folder` (one for each, as dpkg writes them). */
export function debianPackages(folder: string): Part[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const record = readFileSync(join(folder, file), 'utf8');
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1] ?? '';
      const [name, version] = [field('Package'), field('Version')];
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${field('Architecture')}`;
      return { kind: 'deb', name, version, purl, texts: [`/usr/share/doc/${name}/copyright`] };
    });
}

/** Node, Terraform, and Terraform's provider where it is there: `folder` has `node`, `terraform` and `providers`. */
export function programs(folder: string, nodeFolder: string): Part[] {
  const node = Manifest.parse(JSON.parse(readFileSync(join(nodeFolder, 'package.json'), 'utf8')));
  const terraform = join(folder, 'terraform');
  const version = z
    .object({ terraform_version: z.string() })
    .parse(JSON.parse(execFileSync(terraform, ['version', '-json'], { encoding: 'utf8' }))).terraform_version;
  return [
    {
      kind: 'program',
      name: 'node',
      version: node.version,
      purl: `pkg:generic/node@${node.version}`,
      license: 'MIT',
      sha256: sumOf(join(folder, 'node')),
      texts: [readFileSync(join(nodeFolder, 'LICENSE'), 'utf8')],
    },
    {
      kind: 'program',
      name: 'terraform',
      version,
      purl: `pkg:golang/github.com/hashicorp/terraform@v${version}`,
      // https://github.com/hashicorp/terraform/blob/main/LICENSE; before 1.6 it was another one.
      license: Number(version.split('.')[1]) >= 6 ? 'BUSL-1.1' : 'MPL-2.0',
      sha256: sumOf(terraform),
      texts: [`https://github.com/hashicorp/terraform/blob/v${version}/LICENSE`],
    },
    ...providers(join(folder, 'providers')),
  ];
}

function providers(folder: string): Part[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path).startsWith('terraform-provider-'))
    .map((path) => {
      const [, , name = '', version = ''] = path.split('/');
      const source = `github.com/hashicorp/terraform-provider-${name}`;
      return {
        kind: 'program' as const,
        name: `terraform-provider-${name}`,
        version,
        purl: `pkg:golang/${source}@v${version}`,
        license: 'MPL-2.0',
        sha256: sumOf(join(folder, path)),
        texts: [`https://${source}/blob/v${version}/LICENSE`],
      };
    });
}

function sumOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
