import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it, onTestFinished } from 'vitest';

import { poll } from '../../../src/core/poll.ts';
import { startCloud } from '../../guest/_support/cloud.ts';
import type { Cloud } from '../../guest/_support/cloud.ts';
import { makeCopy } from '../../guest/_support/copy.ts';

let cloud: Cloud | undefined;
afterEach(() => cloud?.[Symbol.asyncDispose]());

// What still runs of the machines in `dir`: their processes have it in an argument, in their environment or in a mount.
function processesIn(dir: string): string[] {
  const texts = [dir, dir.replaceAll(' ', '\\040')];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const found = ['cmdline', 'environ', 'mountinfo'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
        return texts.some((text) => found.join().includes(text));
      } catch {
        return false;
      }
    });
}

const roots = ['best', 'plain'] as const;

describe.each(roots)('machines with %s roots', (kind) => {
  it('run the start-up script, and its output is on the serial port', async () => {
    cloud = await startCloud({ roots: kind });
    if (kind === 'best' && cloud.machines.roots.kind === 'plain')
      console.log(`no namespaces here: ${cloud.machines.roots.why}`);
    cloud.put('vm-1', { 'startup-script': 'echo hello from the script; echo to stderr >&2; exit 3' });

    await poll(async () => cloud?.serial('vm-1').includes('exit status') || undefined, { every: 20, timeout: 30_000 });

    expect(cloud.serial('vm-1')).toMatch(/^\[ {4}0\.000000\] Linux version/);
    expect(cloud.serial('vm-1')).toContain(
      'vm-1 google_metadata_script_runner[712]: startup-script: hello from the script\n',
    );
    expect(cloud.serial('vm-1')).toContain('startup-script: to stderr\n');
    expect(cloud.serial('vm-1')).toContain('startup-script exit status 3\n');
  });

  it('are gone with every process and every file when their instance is deleted', async () => {
    cloud = await startCloud({ roots: kind });
    cloud.put('vm-1', { 'startup-script': 'sleep 1000 & sleep 1000' });
    const folder = dirname(cloud.root('vm-1'));
    await poll(async () => (existsSync(folder) && processesIn(folder).length > 2) || undefined, {
      every: 20,
      timeout: 30_000,
    });

    await cloud.delete('vm-1');

    expect(processesIn(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(cloud.world.store.list('guestAttributes')).toEqual([]);
    expect(cloud.world.store.list('serialPorts')).toEqual([]);
  });

  it('stop with the instance, and go on with the same disk when it starts again', async () => {
    cloud = await startCloud({ roots: kind });
    const script = { 'startup-script': 'echo boot >>"${CLUSTER_ROOT:-}/var/boots"; sleep 1000' };
    const boots = (): string | undefined => {
      const file = join(cloud?.root('vm-1') ?? '', 'var/boots');
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    };
    cloud.put('vm-1', script);
    await poll(async () => boots(), { every: 20, timeout: 30_000 });

    cloud.put('vm-1', script, { status: 'TERMINATED' });
    await cloud.machines.settled();
    expect(processesIn(dirname(cloud.root('vm-1')))).toEqual([]);
    cloud.put('vm-1', script, { lastStartTimestamp: 'later' });
    await poll(async () => boots() === 'boot\nboot\n' || undefined, { every: 20, timeout: 30_000 });

    expect(boots()).toBe('boot\nboot\n');
  });

  it('end with the sandbox; the ones that were not ready boot again with the next one, the others sleep', async () => {
    cloud = await startCloud({ roots: kind });
    cloud.put('vm-ready', {});
    cloud.put('vm-busy', { 'startup-script': 'echo booted; sleep 1000' });
    await cloud.reported('vm-ready');
    await poll(async () => cloud?.serial('vm-ready').includes('exit status') || undefined, {
      every: 20,
      timeout: 30_000,
    });
    await poll(async () => cloud?.serial('vm-busy').includes('booted') || undefined, { every: 20, timeout: 30_000 });
    const { dir } = cloud;

    cloud = await cloud.reopen();
    await cloud.machines.settled();
    const now = processesIn(dir).length;
    await poll(async () => (cloud?.serial('vm-busy').match(/booted/g)?.length ?? 0) === 2 || undefined, {
      every: 20,
      timeout: 30_000,
    });

    expect(now).toBeGreaterThan(0);
    expect(cloud.serial('vm-busy').match(/: booted$/gm)).toHaveLength(2);
    expect(cloud.serial('vm-ready').match(/exit status/g)).toHaveLength(1);
    expect(processesIn(join(dir, 'machines', 'vm-ready'))).toEqual([]);
  });

  it('wake from their sleep when their metadata change', async () => {
    cloud = await startCloud({ roots: kind });
    cloud.put('vm-1', {});
    await cloud.reported('vm-1');
    await poll(async () => cloud?.serial('vm-1').includes('exit status') || undefined, { every: 20, timeout: 30_000 });
    const before = cloud.attribute('vm-1', 'status')?.boot;

    cloud = await cloud.reopen();
    cloud.put('vm-1', { 'cp-ops-agent': 'yes' });
    await poll(async () => (cloud?.attribute('vm-1', 'status')?.boot ?? before) !== before || undefined, {
      every: 20,
      timeout: 30_000,
    });
    await cloud.reported('vm-1');

    expect(cloud.attribute('vm-1', 'ops-agent')).toMatchObject({ state: 'done' });
  });

  it('sleep on when the watcher of an earlier sandbox has dealt with the new metadata', async () => {
    cloud = await startCloud({ roots: kind });
    cloud.put('vm-1', {});
    await cloud.reported('vm-1');
    const metadata = await cloud.offer(await makeCopy([{ path: 'a', text: 'a' }]), '/opt/data');
    cloud.put('vm-1', metadata);
    await poll(async () => cloud?.attribute('vm-1', 'files')?.state === 'done' || undefined, {
      every: 20,
      timeout: 30_000,
    });
    await cloud.reported('vm-1');

    cloud = await cloud.reopen();
    await cloud.machines.settled();

    expect(processesIn(join(cloud.dir, 'machines', 'vm-1'))).toEqual([]);
    expect(cloud.attribute('vm-1', 'status')).toMatchObject({ state: 'ready' });
  });

  it('that boot again are let come to their end when the sandbox is closed', async () => {
    cloud = await startCloud({ roots: kind });
    cloud.put('vm-1', {});
    await cloud.reported('vm-1');
    cloud = await cloud.reopen();
    cloud.put('vm-1', { 'cp-ops-agent': 'yes' });
    await poll(async () => cloud?.attribute('vm-1', 'status')?.state === 'running' || undefined, {
      every: 5,
      timeout: 30_000,
    });

    await cloud.machines.close();

    expect(cloud.attribute('vm-1', 'status')).toMatchObject({ state: 'ready' });
    expect(cloud.attribute('vm-1', 'ops-agent')).toMatchObject({ state: 'done' });
  });

  it('leave nothing running behind when the sandbox is closed', async () => {
    cloud = await startCloud({ roots: kind });
    const { dir } = cloud;
    for (const name of ['vm-1', 'vm-2', 'vm-3']) cloud.put(name, { 'startup-script': 'sleep 1000 & sleep 1000' });
    await poll(async () => processesIn(dir).length >= 9 || undefined, { every: 20, timeout: 30_000 });

    await cloud.machines.close();

    expect(processesIn(dir)).toEqual([]);
    expect(execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })).not.toContain(dir);
  });
});

describe.each(roots)('a sandbox that is killed', (kind) => {
  it(`takes its machines with ${kind} roots along`, async () => {
    const owner = spawn(process.execPath, [fileURLToPath(new URL('./_support/owner.ts', import.meta.url)), kind]);
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [dir = ''] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as string[];
    expect(processesIn(dir.trim()).length).toBeGreaterThan(2);

    owner.kill('SIGKILL');
    await poll(async () => processesIn(dir.trim()).length === 0 || undefined, { every: 50, timeout: 20_000 });

    expect(processesIn(dir.trim())).toEqual([]);
    rmSync(dir.trim(), { recursive: true });
  });
});

describe('faults', () => {
  it('leave a machine silent', async () => {
    cloud = await startCloud({ roots: 'plain', faults: { machine: () => ({ silent: true }) } });
    cloud.put('vm-1', {});
    await cloud.machines.settled();

    expect(processesIn(dirname(cloud.root('vm-1')))).toEqual([]);
    expect(cloud.world.store.list('guestAttributes')).toEqual([]);
  });

  it('make the start-up script of a machine fail', async () => {
    cloud = await startCloud({
      roots: 'plain',
      faults: { machine: (name) => (name === 'vm-1' ? { scriptFails: 9 } : {}) },
    });
    cloud.put('vm-1', {});
    cloud.put('vm-2', {});

    expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'startup-command' });
    expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({ state: 'failed', code: 9 });
    expect(await cloud.reported('vm-2')).toMatchObject({ status: 'ready' });
  });
});

it('are only said to be ready where there is no bash', async () => {
  cloud = await startCloud({ roots: 'plain', path: '/nonexistent' });
  cloud.put('vm-1', { 'startup-script': 'exit 1' });

  expect(cloud.machines.roots).toEqual({ kind: 'simulated', why: 'there is no bash here' });
  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
});

// Mounting takes root.
it.runIf(mayMount())('are only said to be ready where no program may be run', async () => {
  const disk = mkdtempSync(join(tmpdir(), 'machines-noexec-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'noexec', 'tmpfs', disk]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  const dir = join(disk, 'sandbox');
  cloud = await startCloud({ roots: 'plain', dir });
  cloud.put('vm-1', { 'startup-script': 'exit 1' });

  expect(cloud.machines.roots).toEqual({
    kind: 'simulated',
    why: `no program may be run in ${dir}; it is mounted noexec`,
  });
  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
});

function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'machines-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
