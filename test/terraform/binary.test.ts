import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { findTerraform } from '../../src/terraform/binary.ts';
import type { FindTerraform } from '../../src/terraform/binary.ts';
import { pinnedSums, pinnedVersion, platformName } from '../../src/terraform/pinned.ts';
import { zipOf } from './zip-of.ts';

let directory: string;
let path: string;
let cache: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'binary-'));
  path = join(directory, 'bin');
  cache = join(directory, 'cache');
  await mkdir(path);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

/** A program that prints a version as terraform does, and notes each call. */
function program(version: string): string {
  return `#!/bin/sh\necho asked >> ${directory}/asked\necho '{"terraform_version": "${version}"}'\n`;
}

async function install(name: string, text: string): Promise<string> {
  const file = join(path, name);
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

function find(more: Partial<FindTerraform> = {}): ReturnType<typeof findTerraform> {
  // No Go either: only /bin/sh for the programs of this test.
  return findTerraform({ environment: { PATH: path, HOME: directory }, cache, site: 'http://127.0.0.1:9', ...more });
}

/** A release page that serves `files` by path. */
async function releasePage(files: Record<string, Buffer>): Promise<string> {
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.writeHead(file ? 200 : 404).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const zipPath = `/terraform/${pinnedVersion}/terraform_${pinnedVersion}_linux_amd64.zip`;

it('takes the terraform of the PATH', async () => {
  const file = await install('terraform', program('1.9.8'));

  expect(await find()).toEqual({ file, product: 'terraform', version: '1.9.8' });
});

it('asks a binary for its version once, and again when it was replaced', async () => {
  const file = await install('terraform', program('1.9.8'));
  await find();
  await find();
  const asked = await readFile(join(directory, 'asked'), 'utf8');
  await install('terraform', `${program('1.10.0')}# another size`);

  const found = await find();

  expect(asked).toBe('asked\n');
  expect(found).toEqual({ file, product: 'terraform', version: '1.10.0' });
});

it('takes OpenTofu where there is no terraform, or one that is too old', async () => {
  const file = await install('tofu', program('1.8.1'));
  const alone = await find();
  await install('terraform', program('1.4.7'));

  const beside = await find();

  expect(alone).toEqual({ file, product: 'tofu', version: '1.8.1' });
  expect(beside).toEqual(alone);
});

it.each([
  { name: 'terraform', version: '1.4.7', wanted: '1.5.0' },
  { name: 'tofu', version: '1.5.9', wanted: '1.6.0' },
])('refuses $name $version', async ({ name, version, wanted }) => {
  const file = await install(name, program(version));

  await expect(find()).rejects.toMatchObject({
    code: 'TERRAFORM_TOO_OLD',
    message: `${file} is version ${version}; ${wanted} or newer is needed`,
  });
});

it('says so when the terraform of the PATH does not work', async () => {
  await install('terraform', '#!/bin/sh\nexit 3\n');

  await expect(find()).rejects.toMatchObject({
    code: 'TERRAFORM_MISSING',
    message: expect.stringContaining('does not work: it does not print a version'),
  });
});

it('fetches the pinned release once, and finds it in its cache afterwards', async () => {
  const zip = zipOf({ 'LICENSE.txt': 'a licence', terraform: program(pinnedVersion) });
  const site = await releasePage({ [zipPath]: zip });
  const sums = { linux_amd64: createHash('sha256').update(zip).digest('hex') };
  const notes: string[] = [];
  const more = { site, platform: 'linux_amd64', sums, onNote: (text: string) => void notes.push(text) };

  const fetched = await find(more);
  const again = await find(more);

  expect(fetched).toEqual({
    file: join(cache, 'terraform', pinnedVersion, 'terraform'),
    product: 'terraform',
    version: pinnedVersion,
  });
  expect((await stat(fetched.file)).mode & 0o777).toBe(0o755);
  expect(again).toEqual(fetched);
  expect(notes).toEqual([`fetching Terraform ${pinnedVersion}`]);
});

it('never runs a download whose sum is wrong', async () => {
  const zip = zipOf({ terraform: `#!/bin/sh\ntouch ${directory}/ran\n` });
  const site = await releasePage({ [zipPath]: zip });

  const failure = find({ site, platform: 'linux_amd64' });

  await expect(failure).rejects.toMatchObject({
    code: 'TERRAFORM_MISSING',
    message: expect.stringContaining(`not the pinned ${pinnedSums.linux_amd64}`),
  });
  await expect(stat(join(directory, 'ran'))).rejects.toThrow('ENOENT');
  await expect(stat(join(cache, 'terraform', pinnedVersion, 'terraform'))).rejects.toThrow('ENOENT');
});

it.each([
  { what: 'the release page has no such file', site: undefined, platform: 'linux_amd64', reason: 'HTTP status 404' },
  { what: 'nobody answers', site: 'http://127.0.0.1:9', platform: 'linux_amd64', reason: 'could not be fetched' },
  {
    what: 'the platform is not pinned',
    site: undefined,
    platform: 'sunos_sparc',
    reason: "HashiCorp's release for sunos_sparc is not pinned",
  },
])('tells every way it tried when $what', async ({ site, platform, reason }) => {
  const failure = find({ site: site ?? (await releasePage({})), platform });

  await expect(failure).rejects.toMatchObject({
    code: 'TERRAFORM_MISSING',
    exit: 2,
    message: expect.stringMatching(new RegExp(`${reason}.*; Go is not installed, so it cannot be built here either`)),
  });
});

it('builds a release with Go where it cannot be fetched', async () => {
  const built = program('1.8.5').replaceAll("'", "'\\''");
  await install(
    'go',
    `#!/bin/sh\necho "$@" > ${directory}/go-args\nmkdir -p "$GOBIN"\n/bin/echo '${built}' > "$GOBIN/terraform"\n/bin/chmod +x "$GOBIN/terraform"\n`,
  );

  const found = await find({ platform: 'linux_amd64', environment: { PATH: `${path}:/bin`, HOME: directory } });

  expect(found).toEqual({
    file: join(cache, 'terraform', '1.8.5', 'terraform'),
    product: 'terraform',
    version: '1.8.5',
  });
  expect(await readFile(join(directory, 'go-args'), 'utf8')).toMatch(
    /^install .*github\.com\/hashicorp\/terraform@v1\.8\.5$/m,
  );
});

it('pins a release for every platform that people have', () => {
  const platforms = [
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['darwin', 'arm64'],
  ] as const;

  const sums = platforms.map(([platform, arch]) => pinnedSums[platformName(platform, arch)]);

  expect(sums).toEqual(platforms.map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
  expect(new Set(sums).size).toBe(platforms.length);
});
