import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { realProvider } from '../_support/program.ts';
import {
  build,
  deploymentsIn,
  hasEngine,
  engine,
  hardened,
  imageName,
  run,
  sharedDirectory,
  small,
  start,
} from './_support/containers.ts';

// A tree as users have it: deep, with names that need care, links, an executable, an empty directory.
function makeTree(root: string): void {
  const deep = join(root, ...Array.from({ length: 30 }, (_, level) => `level ${level}`));
  mkdirSync(deep, { recursive: true });
  mkdirSync(join(root, 'empty'));
  writeFileSync(join(deep, 'ünïcode $(name)'), 'deep down\n');
  writeFileSync(join(root, 'run.sh'), '#!/bin/sh\necho hi\n', { mode: 0o755 });
  writeFileSync(join(root, 'large'), Buffer.alloc(3_000_000, 'abc'));
  symlinkSync('run.sh', join(root, 'link'));
  execFileSync('chmod', ['-R', 'a+rX', root]);
}

// Paths, kinds, modes, and sums of all that is below a directory.
function described(root: string): string {
  const list = 'find . -printf "%y %m %p %l\\n" | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum';
  return execFileSync('sh', ['-c', list], { cwd: root, encoding: 'utf8' });
}

function filesOfMachine(sandbox: string): string {
  const [machine = ''] = readdirSync(join(sandbox, 'machines')).filter((name) => name.startsWith('demo-vm-'));
  return join(sandbox, 'machines', machine, 'root/opt/work');
}

describe.runIf(hasEngine)('a cluster of the image', () => {
  it('gets a mounted directory whole, as strict as an engine can be, and is gone by a second container', async () => {
    const [work, sandbox] = [sharedDirectory(), sharedDirectory()];
    makeTree(work);
    chmodSync(work, 0o755);
    const settings = [...hardened, '-v', `${sandbox}:/tmp/sandbox`, '-v', `${work}:/usr/cp:ro`];
    const copy = ['--copy-dir-path', '/usr/cp', '--vm-localfile-dest-path', '/opt/work'];

    const created = await run(settings, 'create', ...small, ...copy);
    expect(created.code, created.out + created.err).toBe(0);
    expect(created.out).toContain('demo is ready in us-central1-a');
    expect(created.out).toContain('take away  docker run IMAGE destroy --project-id demo-project');
    expect(described(filesOfMachine(sandbox))).toBe(described(work));

    const destroyed = await run(settings, 'destroy', ...small);
    expect(destroyed.code, destroyed.out + destroyed.err).toBe(0);
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('is made by a user without a name, and its state is a file that this user may read', async () => {
    const sandbox = sharedDirectory();
    const settings = ['--user', '12345:12345', '-v', `${sandbox}:/tmp/sandbox`];

    const created = await run(settings, 'create', ...small, '--sandbox-machines', 'off');
    const destroyed = await run(settings, 'destroy', ...small);

    expect([created.code, destroyed.code], created.err + destroyed.err).toEqual([0, 0]);
  });

  it('lives in the cloud of another container, which others reach by its exports', async () => {
    const sandbox = sharedDirectory();
    const cloud = await start(['-v', `${sandbox}:/tmp/sandbox`], 'sandbox', '--sandbox-machines', 'off');
    await cloud.until('GOOGLE_COMPUTE_CUSTOM_ENDPOINT');
    const beside = ['--network', `container:${cloud.name}`];
    const exports = [...(await cloud.said()).matchAll(/^export (\w+)='(.*)'$/gm)].flatMap(([, name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    const list = ['list', '--project-id', 'demo-project'];

    const created = await run([...beside, '-v', `${sandbox}:/tmp/sandbox`], 'create', ...small);
    expect(created.code, created.out + created.err).toBe(0);
    // No --sandbox: this one takes what it finds in its environment for Google.
    expect((await run([...beside, ...exports], ...list)).out).toMatch(/^demo +1 of 1/m);

    const destroyed = await run([...beside, '-v', `${sandbox}:/tmp/sandbox`], 'destroy', ...small);
    expect(destroyed.code, `${destroyed.out}${destroyed.err}\nthe cloud said:\n${await cloud.said()}`).toBe(0);
    expect((await run([...beside, ...exports], ...list)).out).toContain('no deployments');
    await engine('stop', cloud.name);
    expect((await cloud.ended()).code).toBe(0);
  });

  it.runIf(realProvider)("is made by Google's provider where the image brings it", async () => {
    const image = `${imageName}-with-provider`;
    const dockerfile = `FROM ${imageName}\nCOPY . /usr/local/share/terraform/plugins/registry.terraform.io/hashicorp/google\n`;
    await build(image, dockerfile, realProvider ?? '');
    const settings = ['run', '--rm', ...hardened, image];

    const { code, out, err } = await engine(
      ...settings,
      ...['create', ...small, '--sandbox-machines', 'off', '--sandbox-provider', 'real'],
    );

    expect(code, out + err).toBe(0);
  });

  it('has the options of an env file as Docker passes it: with quotes, Windows line ends, a mark in front, and twice', async () => {
    const out = sharedDirectory();
    const lines = [
      '\uFEFFPROJECT_ID=demo-project',
      'NAME_PREFIX=first',
      'NAME_PREFIX=demo',
      'ZONE="us-central1-a"',
      "VM_TYPE='e2-standard-2'",
      'METADATA={ key1 = "val", key2 = "val2"}',
      'ACTION=Validate',
      '# a comment',
      '',
    ];
    writeFileSync(join(out, 'env.list'), lines.join('\r\n'));

    const validated = await run(['--env-file', join(out, 'env.list'), '-v', `${out}:/out`], '--work-dir', '/out');

    expect(validated.code, validated.out + validated.err).toBe(0);
    const read = await engine(
      'run',
      '--rm',
      '-v',
      `${out}:/out`,
      '--entrypoint',
      '/usr/bin/find',
      imageName,
      '/out',
      '-name',
      'tf.auto.tfvars.json',
    );
    const [path = ''] = read.out.trim().split('\n');
    const variables = JSON.parse(readFileSync(path.replace('/out', out), 'utf8')) as {
      metadata: Record<string, string>;
    };
    expect(path).toContain('/demo-project/demo/');
    expect(variables.metadata).toMatchObject({ key1: 'val', key2: 'val2' });
  });
});
