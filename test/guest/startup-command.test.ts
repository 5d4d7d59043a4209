import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { poll } from '../../src/core/poll.ts';
import { whyNoNamespaces } from '../../src/sandbox/machines/namespaces.ts';
import { startCloud } from './_support/cloud.ts';
import type { Cloud } from './_support/cloud.ts';
import { makeCopy, sha256 } from './_support/copy.ts';

const probe = join(tmpdir(), `cluster-probe-${process.pid}`);
const why = await whyNoNamespaces(probe);
rmSync(probe, { recursive: true, force: true });
if (why) console.log(`commands of users are not run here: ${why}`);
const hidden = join(tmpdir(), `cluster-hidden-${process.pid}`);

let cloud: Cloud | undefined;
afterEach(async () => {
  await cloud?.[Symbol.asyncDispose]();
  rmSync(hidden, { recursive: true, force: true });
});

function command(text: string): Record<string, string> {
  return { 'cp-startup-command': text, 'cp-startup-id': sha256(text) };
}

it('does not run the command of the user where the root is only a folder', async () => {
  cloud = await startCloud({ roots: 'plain' });
  cloud.put('vm-1', command('touch /tmp/cluster-provision-was-here'));

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({
    state: 'skipped',
    detail: 'not run: the root of this machine is only a folder, and a command could leave it',
  });
  expect(existsSync('/tmp/cluster-provision-was-here')).toBe(false);
});

it.skipIf(why)('runs the command of the user once, in the directory of the files, and keeps what it said', async () => {
  cloud = await startCloud();
  const text = 'echo "run in $PWD on $(hostname): $(cat a.txt)"\necho again >>/var/log/runs\nsleep 1000 &\nexit 0\n';
  const metadata = {
    ...(await cloud.offer(await makeCopy([{ path: 'a.txt', text: 'content' }]), '/opt/data')),
    ...command(text),
  };
  cloud.put('vm-1', metadata);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  const report = cloud.attribute('vm-1', 'startup-command');
  expect(report).toMatchObject({
    state: 'done',
    code: 0,
    detail: 'ended with code 0',
    tail: 'run in /opt/data on vm-1: content',
  });

  cloud.put('vm-1', metadata, { lastStartTimestamp: 'later' });
  expect(await cloud.rebooted('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({
    state: 'done',
    detail: 'ended with code 0; not run again',
    tail: 'run in /opt/data on vm-1: content',
  });
  expect(readFileSync(join(cloud.root('vm-1'), 'var/log/runs'), 'utf8')).toBe('again\n');
});

it.skipIf(why)('reports the exit code and the last lines of a command that fails, also after a reboot', async () => {
  cloud = await startCloud();
  const metadata = command(
    'for i in $(seq 200); do echo "line $i"; done; echo "$(tput bold 2>/dev/null)no \\"luck\\"" >&2; exit 42',
  );
  cloud.put('vm-1', metadata);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'startup-command' });
  const report = cloud.attribute('vm-1', 'startup-command');
  expect(report).toMatchObject({ state: 'failed', code: 42, detail: 'ended with code 42' });
  expect(report?.tail.split('\n').slice(-2)).toEqual(['line 200', 'no "luck"']);
  await cloud.said('vm-1', 'startup-command: line 1\n');

  cloud.put('vm-1', metadata, { lastStartTimestamp: 'later' });
  expect(await cloud.rebooted('vm-1')).toMatchObject({ status: 'failed', duty: 'startup-command' });
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({
    code: 42,
    detail: 'ended with code 42; not run again',
  });
});

it.skipIf(why)('passes quotes, dollars, line ends and unicode on as they were typed', async () => {
  cloud = await startCloud();
  cloud.put('vm-1', command(`printf '%s' '\${HOME} %{x} "q" \\ Grüße' >/var/log/said\r\n`.replace('\r', '')));

  await cloud.reported('vm-1');

  expect(readFileSync(join(cloud.root('vm-1'), 'var/log/said'), 'utf8')).toBe('${HOME} %{x} "q" \\ Grüße');
});

it.skipIf(why)('refuses a command that is not the one that the deployment was made with', async () => {
  cloud = await startCloud();
  cloud.put('vm-1', { ...command('touch /var/log/good'), 'cp-startup-command': 'touch /var/log/evil' });

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'startup-command' });
  expect(cloud.attribute('vm-1', 'startup-command')?.detail).toContain('not the text that cp-startup-id names');
  expect(existsSync(join(cloud.root('vm-1'), 'var/log/evil'))).toBe(false);
});

it.skipIf(why)('starts a command again that a reboot cut off, but not for ever', async () => {
  cloud = await startCloud();
  const metadata = command('echo run >>/var/log/runs; sleep 1000');
  const runs = (): string => {
    const file = join(cloud?.root('vm-1') ?? '', 'var/log/runs');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  for (const [index, started] of ['first', 'second', 'third'].entries()) {
    cloud.put('vm-1', metadata, { lastStartTimestamp: started });
    await poll(async () => runs() === 'run\n'.repeat(index + 1) || undefined, { every: 20, timeout: 50_000 });
  }
  cloud.put('vm-1', metadata, { lastStartTimestamp: 'fourth' });
  await cloud.rebooted('vm-1');

  expect(runs()).toBe('run\n'.repeat(3));
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({
    state: 'failed',
    detail: 'cut off by a reboot 3 times: not started again',
  });
});

it.skipIf(why)('shows the machine neither the secrets nor the processes of the host', async () => {
  mkdirSync(hidden);
  writeFileSync(join(hidden, 'secret'), 'the operator’s');
  cloud = await startCloud({ hidden: [hidden, homedir()] });
  const text = [
    `ls -A ${hidden} ${homedir()} | grep -v ':$' | tr -d '\\n'`,
    'echo',
    'ls /proc | grep -c "^[0-9]*$" | sed "s/^[0-9]$/few/; s/^1[0-9]$/few/"',
    'env | cut -d= -f1 | sort | tr "\\n" " "',
    'touch /etc/changed-by-machine; ls -A /tmp /home >/dev/null',
    'echo; mknod /var/disk b 254 0 2>&1 | sed "s/.*: //"',
    'ls /dev/vd* /dev/sd* /dev/nvme* 2>/dev/null',
  ].join('\n');
  cloud.put('vm-1', command(text));

  await cloud.reported('vm-1');

  const lines = cloud.attribute('vm-1', 'startup-command')?.tail.split('\n') ?? [];
  expect(lines[0]).toBe('');
  expect(lines[1]).toBe('few');
  expect(lines[2]?.trim().split(' ')).toEqual([
    'CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE',
    'GCE_METADATA_HOST',
    'HOME',
    'LANG',
    'NO_PROXY',
    'OLDPWD',
    'PATH',
    'PWD',
    'SHLVL',
    'STORAGE_EMULATOR_HOST',
    '_',
    'no_proxy',
  ]);
  expect(lines[3]).toBe('Operation not permitted');
  expect(lines[4]).toBeUndefined();
  expect(existsSync('/etc/changed-by-machine')).toBe(false);
  expect(existsSync(join(cloud.root('vm-1'), 'etc/changed-by-machine'))).toBe(true);
});

it.skipIf(why)('takes a new copy while the command of the user is still running', async () => {
  cloud = await startCloud();
  const running = command('until [[ $(cat a.txt) == two ]]; do sleep 0.1; done; echo saw it');
  cloud.put('vm-1', {
    ...(await cloud.offer(await makeCopy([{ path: 'a.txt', text: 'one' }]), '/opt/data')),
    ...running,
  });
  await poll(async () => cloud?.attribute('vm-1', 'startup-command')?.state === 'running' || undefined, {
    every: 20,
    timeout: 50_000,
  });

  cloud.put('vm-1', {
    ...(await cloud.offer(await makeCopy([{ path: 'a.txt', text: 'two' }]), '/opt/data')),
    ...running,
  });

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({ state: 'done', tail: 'saw it' });
});

it.skipIf(why)('runs the command after a new copy has mended what kept it from running', async () => {
  cloud = await startCloud();
  const copy = await makeCopy([{ path: 'a.txt', text: 'one' }]);
  const broken = await cloud.offer(copy, '/opt/data');
  await cloud.upload(broken['cp-files-manifest'] ?? '', 'broken');
  cloud.put('vm-1', { ...broken, ...command('cat a.txt') });
  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'files' });

  cloud.put('vm-1', {
    ...(await cloud.offer(await makeCopy([{ path: 'a.txt', text: 'two' }]), '/opt/data')),
    ...command('cat a.txt'),
  });
  await poll(async () => cloud?.attribute('vm-1', 'status')?.state === 'ready' || undefined, {
    every: 20,
    timeout: 50_000,
  });

  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({ state: 'done', tail: 'two' });
});
