import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';

import { findTerraform } from '../../../src/terraform/binary.ts';
import type { Engine } from './engine.ts';
import { must, shell } from './shell.ts';

/**
 * Makes the images that the Dockerfile builds on, for machines that reach no registry: Debian by debootstrap (kept in `cache`),
 * the same with Node and npm, and Terraform. Answers the build arguments that name them.
 */
export async function makeBaseImages(engine: Engine, cache: string): Promise<string[]> {
  const debian = await importOnce(engine, 'cp-test/debian:trixie', () => debianArchive(cache));
  const node = 'cp-test/node:24';
  if (!(await has(engine, node))) await buildNode(engine, debian, node);
  const terraform = 'cp-test/terraform';
  const { file } = await findTerraform({ environment: process.env });
  await must(
    'sh',
    [
      '-c',
      `tar -c --transform 's#.*#bin/terraform#' -h -P "$1" | "$2" import - "$3"`,
      'sh',
      file,
      engine.cli,
      terraform,
    ],
    {
      env: engine.env,
    },
  );
  const images = { BUILD_IMAGE: node, RUN_IMAGE: debian, TERRAFORM_IMAGE: terraform, PROVIDER_IMAGE: 'provider-none' };
  const ca = ['/etc/ssl/certs/ca-certificates.crt']
    .filter(existsSync)
    .flatMap((path) => ['--secret', `id=ca,src=${path}`]);
  return [...Object.entries(images).flatMap(([name, image]) => ['--build-arg', `${name}=${image}`]), ...ca];
}

async function importOnce(engine: Engine, image: string, archive: () => Promise<string>): Promise<string> {
  if (!(await has(engine, image))) await must(engine.cli, ['import', await archive(), image], { env: engine.env });
  return image;
}

async function debianArchive(cache: string): Promise<string> {
  const archive = join(cache, 'debian-trixie.tar');
  if (existsSync(archive)) return archive;
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync(join(tmpdir(), 'cluster-provision-debian-'));
  try {
    await must('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'trixie', root]);
    await must('tar', ['-C', root, '-cf', `${archive}.new`, '.']);
    renameSync(`${archive}.new`, archive);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return archive;
}

// As the official image of Node has them, but from what this machine runs the tests with.
async function buildNode(engine: Engine, debian: string, image: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'cluster-provision-node-'));
  try {
    const npm = realpathSync(await must('sh', ['-c', 'command -v npm']));
    cpSync(process.execPath, join(context, 'node'));
    cpSync(dirname(dirname(npm)), join(context, 'npm'), { recursive: true });
    const dockerfile = [
      `FROM ${debian}`,
      'COPY node /usr/local/bin/node',
      'COPY npm /usr/local/lib/node_modules/npm',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
    ];
    await must(engine.cli, ['build', '-q', '-t', image, '-f', '-', context], {
      env: engine.env,
      input: dockerfile.join('\n'),
    });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function has({ cli, env }: Engine, image: string): Promise<boolean> {
  return (await shell(cli, ['image', 'inspect', image], { env })).code === 0;
}
