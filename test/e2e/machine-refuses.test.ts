import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { counted } from '../../src/core/count.ts';
import { openDesk, small } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterAll(() => desk[Symbol.dispose]());

const untouched = {
  exists: 'what was there before; nothing was created',
  done: 'nothing that must be cleaned up',
};

describe('create is refused by the machine it runs on before anything is made', () => {
  it('where Terraform is neither installed nor to be had: it says how to get it', async () => {
    // A proxy that nobody listens at is a machine without a network; 127.0.0.1 is asked without it.
    const offline = { PATH: '/nowhere', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: 'http://127.0.0.1:9' };

    const ended = await desk.run(['create', ...small], offline);

    expect(ended.faults, ended.text).toEqual(['TERRAFORM_MISSING']);
    expect(ended.code).toBe(2);
    expect(ended.said).toMatchObject({
      ...untouched,
      message: expect.stringMatching(/could not be fetched \(.*ECONNREFUSED.*\); Go is not installed, so it cannot/),
      next: expect.stringContaining('install Terraform 1.5 or newer (https://developer.hashicorp.com/'),
    });
    expect(await sandbox.left()).toEqual([]);
  });

  it('where the disk of the work directory is full', async ({ skip }) => {
    const full = join(desk.path, 'work');
    mkdirSync(full, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', full]);
    if (mounted.status !== 0) skip('a file system of its own can only be mounted by root, and not in every container');
    try {
      const ended = await desk.run(['create', ...small]);

      expect(ended.faults, ended.text).toEqual(['WORK_DIRECTORY_UNUSABLE']);
      expect(ended.code).toBe(2);
      expect(ended.said).toMatchObject({
        ...untouched,
        message: `the work directory ${full}/demo-project/demo cannot be used: no space left on the device`,
        next: expect.stringContaining('at least 512 MiB free'),
      });
      expect(await sandbox.left()).toEqual([]);
    } finally {
      spawnSync('umount', [full]);
    }
  });

  it('where COPY_DIR_PATH holds what cannot be copied: all of it is named at once', async () => {
    const tree = join(desk.path, 'tree');
    mkdirSync(tree);
    execFileSync('mkfifo', [join(tree, 'a pipe')]);
    symlinkSync('/etc/passwd', join(tree, 'leaves'));
    writeFileSync(join(tree, 'secret'), '');
    chmodSync(join(tree, 'secret'), 0);
    const entries = ['a pipe is a named pipe', 'leaves is a link to the absolute path /etc/passwd'];
    // Root may read everything.
    if (process.getuid?.() !== 0) entries.push('secret cannot be read: permission denied');

    const ended = await desk.run(['create', ...small, '--copy-dir-path', tree]);

    expect(ended.faults, ended.text).toEqual(['COPY_REFUSED']);
    expect(ended.code).toBe(2);
    expect(ended.said.message).toContain(`${counted(entries.length, 'entry', 'entries')} of ${tree} cannot be copied`);
    for (const entry of entries) expect(ended.said.message).toContain(entry);
    expect(ended.said).toMatchObject({
      exists: 'nothing was uploaded',
      done: untouched.done,
      next: 'remove them, replace links by what they point at, or choose another directory',
    });
    expect(await sandbox.left()).toEqual([]);
  });

  it('where the start-up command is longer than the metadata of a machine may be', async () => {
    const script = desk.file('train.sh', `#!/bin/bash\n# ${'x'.repeat(256 * 1024)}\n`);

    const ended = await desk.run(['create', ...small, '--startup-script-path', script]);

    expect(ended.faults, ended.text).toEqual(['OPTIONS_WRONG']);
    expect(ended.code).toBe(2);
    expect(ended.said).toMatchObject({
      ...untouched,
      message: expect.stringContaining("train.sh is 262159 bytes long; the machines' metadata has room for 262144"),
    });
    expect(await sandbox.left()).toEqual([]);
  });

  it('where there are no credentials: three ways to get some are named', async () => {
    // A metadata server is looked for where nobody listens.
    const nobody = { GCE_METADATA_HOST: '127.0.0.1:9' };

    const ended = await desk.run(['create', ...small, '--no-sandbox'], nobody);

    expect(ended.faults, ended.text).toEqual(['NO_CREDENTIALS']);
    expect(ended.code).toBe(10);
    expect(ended.said).toMatchObject({
      ...untouched,
      message: expect.stringContaining('no credential file, no gcloud login, and this machine has no metadata server'),
    });
    const ways = ['gcloud auth application-default login', 'GOOGLE_APPLICATION_CREDENTIALS', 'a service account'];
    for (const way of ways) expect(ended.said.next).toContain(way);
  });

  it('where the key file that the env file names is not there', async () => {
    const file = desk.file('env.list', 'GOOGLE_APPLICATION_CREDENTIALS=/nowhere/key.json\n');

    const ended = await desk.run(['create', ...small, '--no-sandbox', '--env-file', file]);

    expect(ended.faults, ended.text).toEqual(['NO_CREDENTIALS']);
    expect(ended.said.message).toContain(
      'GOOGLE_APPLICATION_CREDENTIALS names /nowhere/key.json, but it does not exist',
    );
  });
});
