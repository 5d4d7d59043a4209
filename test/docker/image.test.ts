import { spawn } from 'node:child_process';
import { createGzip } from 'node:zlib';

import { describe, expect, inject, it } from 'vitest';

import { hasEngine, engine, imageName, run } from './_support/containers.ts';

interface Image {
  Architecture: string;
  Config: { User: string; Labels: Record<string, string>; StopSignal: string; Healthcheck: { Test: string[] } };
}

async function inspect(): Promise<Image> {
  const { out } = await engine('image', 'inspect', imageName);
  return (JSON.parse(out) as [Image])[0];
}

async function files(): Promise<string[]> {
  const { out } = await engine('run', '--rm', '--user', '0', '--entrypoint', '/usr/bin/find', imageName, '/', '-xdev');
  return out.trim().split('\n');
}

async function compressedBytes(): Promise<number> {
  const docker = inject('docker');
  if ('why' in docker) return 0;
  const save = spawn(docker.cli, ['save', imageName], { env: { ...process.env, ...docker.env } });
  let bytes = 0;
  for await (const chunk of save.stdout.pipe(createGzip())) bytes += (chunk as Buffer).length;
  return bytes;
}

describe.runIf(hasEngine)('the image', () => {
  it('is not root, ends on SIGTERM, can be asked for its health, and says what it is', async () => {
    const { Config } = await inspect();

    expect(Config).toMatchObject({
      User: '1000:1000',
      StopSignal: 'SIGTERM',
      Healthcheck: { Test: ['CMD', '/usr/bin/node', '/opt/cluster-provision/healthcheck.mjs'] },
      Labels: {
        'org.opencontainers.image.title': 'cluster-provision',
        'org.opencontainers.image.version': '0.0.0-test',
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    });
  });

  it('has 90 MB compressed at most without the provider', async () => {
    expect(await compressedBytes()).toBeLessThan(90e6);
  });

  it('has no package manager, no compiler, no interpreter but its own, and nothing that runs as somebody else', async () => {
    const all = await files();
    const programs = all.filter((path) => /\/s?bin\//.test(path)).map((path) => path.slice(path.lastIndexOf('/') + 1));
    const others = [
      'npm',
      'npx',
      'apt-get',
      'dpkg',
      'gcloud',
      'kubectl',
      'gcc',
      'strip',
      'perl',
      'python3',
      'su',
      'sudo',
    ];
    const setuid = await engine(
      'run',
      '--rm',
      '--user',
      '0',
      '--entrypoint',
      '/usr/bin/find',
      imageName,
      '/',
      '-xdev',
      '-perm',
      '/6000',
      '-type',
      'f',
    );

    expect(programs).toEqual(expect.arrayContaining(['node', 'terraform', 'tini', 'bash', 'curl', 'zstd', 'tar']));
    expect(programs.filter((name) => others.includes(name))).toEqual([]);
    expect(all.filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(setuid.out).toBe('');
  });

  it('lists what it is made of, with the licences', async () => {
    const read = async (path: string): Promise<string> =>
      (await engine('run', '--rm', '--entrypoint', '/usr/bin/cat', imageName, path)).out;
    const bill = JSON.parse(await read('/usr/share/doc/cluster-provision/sbom.cdx.json')) as {
      bomFormat: string;
      components: { name: string; version: string; purl: string; hashes?: { content: string }[] }[];
    };
    const node = (await engine('run', '--rm', '--entrypoint', '/usr/bin/sha256sum', imageName, '/usr/bin/node')).out;
    const parts = new Map(bill.components.map((part) => [part.name, part]));

    expect(bill.bomFormat).toBe('CycloneDX');
    expect([...parts.keys()]).toEqual(
      expect.arrayContaining(['node', 'terraform', 'google-auth-library', 'cdktf', 'libc6', 'tini', 'curl']),
    );
    expect(parts.has('vitest')).toBe(false);
    expect(parts.get('node')).toMatchObject({
      version: process.versions.node,
      hashes: [{ content: node.slice(0, 64) }],
    });
    expect(parts.get('libc6')?.purl).toMatch(/^pkg:deb\/debian\/libc6@\S+\?arch=a/);
    const licences = await read('/usr/share/doc/cluster-provision/licences.txt');
    expect(licences).toMatch(/^google-auth-library \S+: Apache-2.0 \(below\)$/m);
    expect(licences).toContain('Permission is hereby granted, free of charge');
    expect(await read('/usr/share/doc/libc6/copyright')).toContain('GNU Lesser General Public License');
  });

  it('says what it can do when it is run without a word', async () => {
    const { code, out } = await run([]);

    expect(code).toBe(0);
    expect(out).toContain('docker run --env-file env.list IMAGE [ACTION] [FLAGS]');
  });

  it('writes an env file that it takes back', async () => {
    const { out } = await run([], 'env');

    expect(out).toMatch(/^PROJECT_ID=/m);
    expect(out).toMatch(/^NAME_PREFIX=/m);
  });

  it('finds its own Terraform and a place to work, whoever runs it', async () => {
    const doctor = await run(['--user', '12345:12345', '--network', 'none'], 'doctor');

    expect(doctor.out).toMatch(/ok\s+terraform\s+terraform \d+\.\d+\.\d+ at \/usr\/bin\/terraform/);
    expect(doctor.out).toMatch(/ok\s+work directory/);
  });

  it.each([
    ['an action that is none', ['creat'], [], 2],
    ['an option that is none', ['create', '--zon', 'x'], [], 2],
    ['ACTION as a variable', [], ['-e', 'ACTION=Version'], 0],
  ])('takes %s as documented', async (_what, words, settings, code) => {
    expect((await run(settings, ...words)).code).toBe(code);
  });
});
