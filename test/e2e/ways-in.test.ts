import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { whyNoNamespaces } from '../../src/sandbox/machines/namespaces.ts';
import { isInstalled } from '../_support/installed.ts';
import { openDesk, small } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

const root = join(import.meta.dirname, '../..');

/** Why nobody can log in to a machine of the sandbox here; nothing where it can be done. */
async function whyNoLogin(desk: Desk): Promise<string | undefined> {
  for (const program of ['ssh', 'sshd']) if (!isInstalled(program)) return `${program} is not installed`;
  return whyNoNamespaces(join(desk.path, 'probe'));
}

const desk = openDesk({ machines: 'on' });
const temporary = mkdtempSync(join(desk.path, 'tmp-'));
const noLogin = await whyNoLogin(desk);
if (noLogin) console.log(`skipped: the tests that log in to a machine; ${noLogin}`);

let cloud: ServedSandbox;
let names: string[];
let ready: string;
let failed: string;

// One of two machines fails: the one that comes second to a folder that they share.
const startup = 'echo a word of ya29.abcdefghijklmnopqrstuvwxyz; mkdir /usr/lib/sandbox-machine/shares/first || exit 3';

beforeAll(async () => {
  cloud = await serveSandbox(desk);
  const machines = ['--instance-count', '2', '--vm-type', 'e2-standard-2', '--no-enable-ops-agent'];
  await desk.run(['create', ...small, ...machines, '--no-enable-notebook', '--startup-command', startup]);
  const { output } = await desk.run(['status', ...small]);
  const said = output('status')['machines'] as { name: string; state: string }[];
  names = said.map(({ name }) => name);
  ready = said.find(({ state }) => state === 'ready')?.name ?? '';
  failed = said.find(({ state }) => state === 'failed')?.name ?? '';
});
afterAll(() => desk[Symbol.dispose]());

interface Entered {
  code: number | null;
  out: Buffer;
  err: string;
}

/** Starts the program as a person does: without --json, with pipes for all three streams. */
function start(action: string, ...words: string[]): ChildProcessWithoutNullStreams {
  const place = ['--sandbox', '--sandbox-dir', join(desk.path, 'sandbox'), '--work-dir', join(desk.path, 'work')];
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const args = [action, ...words.slice(0, end), ...small, ...place, ...words.slice(end)];
  return spawn(process.execPath, [join(root, 'entrypoint.ts'), ...args], {
    cwd: desk.path,
    env: { PATH: process.env['PATH'], HOME: desk.path, TMPDIR: temporary },
  });
}

async function ssh(words: string[], input: Buffer | string = ''): Promise<Entered> {
  const child = start('ssh', ...words);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [out, err, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

describe('logs', () => {
  it('tells of every machine its duties, their last words and its console, the failed one first', async () => {
    const { code, events } = await desk.run(['logs', ...small]);
    const told = events.filter(({ event, text: name }) => event === 'output' && name === 'logs');

    expect(code).toBe(0);
    expect(told.map(({ machine, state }) => [machine, state])).toEqual([
      [failed, 'failed'],
      [ready, 'ready'],
    ]);
    expect(told[0]).toMatchObject({ duties: { 'startup-command': { state: 'failed', code: 3 } } });
    expect(JSON.stringify(told[0]?.['duties'])).toContain('a word of [secret]');
    expect(told[0]?.['console']).toContainEqual(expect.stringMatching(/startup-command: a word of \[secret\]$/));
  });

  it('tells people of one machine, and names the nearest for one that there is not', async () => {
    const child = start('logs', failed);
    const [told, wrong] = await Promise.all([text(child.stdout), desk.run(['logs', `${ready}x`, ...small])]);

    expect(told).toContain(`${failed} failed in startup-command\n`);
    expect(told).toMatch(/ {2}startup-command +failed, exit 3 /);
    expect(told).toContain('  the last words of startup-command:\n    a word of [secret]\n');
    expect(told).not.toContain(ready);
    expect(wrong).toMatchObject({ code: 2, faults: ['MACHINE_UNKNOWN'] });
    expect(wrong.text).toContain(`${ready} (did you mean that?)`);
  });

  it('follows the consoles until Ctrl-C, or until no machine is left', async () => {
    const { output } = await desk.run(['list', '--project-id', 'demo-project']);
    const [{ uuid } = { uuid: '' }] = output('deployments')['deployments'] as { uuid: string }[];
    const zone = '/compute/v1/projects/demo-project/zones/us-central1-a';
    await cloud.ask('POST', `${zone}/instances`, {
      name: 'demo-vm-talks',
      machineType: 'zones/us-central1-a/machineTypes/e2-medium',
      labels: { 'cluster-provision': 'demo', 'cluster-provision-id': uuid },
      disks: [
        { boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' } },
      ],
      networkInterfaces: [{ network: 'global/networks/default' }],
      metadata: { items: [{ key: 'startup-script', value: 'while :; do echo "tick $((n += 1))"; sleep 0.2; done' }] },
    });
    const all = start('logs', '--follow');
    const one = desk.start(['logs', 'demo-vm-talks', ...small, '--follow']);
    let told = '';
    const ticks = (): number[] => [...told.matchAll(/talks \| .*tick (\d+)$/gm)].map(([, n]) => Number(n));
    // More than are shown of the past, so that some came while we looked.
    const late = new Promise<void>((resolve) => {
      all.stdout.on('data', (part: Buffer) => {
        told += part.toString();
        if (ticks().length > 15) resolve();
      });
    });
    await Promise.all([late, one.until(({ text: name }) => name === 'log')]);
    const ended = new Promise((resolve) => void all.once('close', resolve));
    all.kill('SIGINT');
    await cloud.ask('DELETE', `${zone}/instances/demo-vm-talks`);

    expect(await ended).toBe(0);
    // Every line says whose it is, and each came once.
    expect(told.split('\n').filter((line) => line !== '' && !/^demo-vm-\w+ \| /.test(line))).toEqual([]);
    expect(ticks()).toEqual(ticks().map((_, index) => (ticks()[0] ?? 0) + index));
    for (const name of names) expect(told).toContain(`${name} | `);
    expect(await one.ended).toMatchObject({ code: 0 });
  });
});

describe('ssh without its programs', () => {
  it('says what to install', async () => {
    const { code, text: told } = await desk.run(['ssh', ...small], { PATH: '/nowhere' });

    expect(code).toBe(2);
    expect(told).toContain('SSH_MISSING');
  });
});

describe.skipIf(noLogin !== undefined)('ssh', () => {
  it('runs a command on the first ready machine, and ends with its exit code and nothing but its output', async () => {
    const { code, out, err } = await ssh(['--', 'hostname; whoami; echo to stderr >&2; exit 7']);

    expect(out.toString()).toBe(`${ready}\noperator_sandbox_test\n`);
    expect(err).toContain(`${ready}, the first machine of 2 that is ready\n`);
    expect(err).toContain('to stderr\n');
    expect(code).toBe(7);
    expect(readdirSync(temporary).filter((name) => name.startsWith('cluster-provision-ssh-'))).toEqual([]);
  });

  it('pipes megabytes through a machine unchanged, though the tunnel breaks on the way', async () => {
    await cloud.breaks({
      match: { service: 'tunnel.cloudproxy.app', path: '/v4/connect' },
      // eslint-disable-next-line unicorn/no-thenable -- it is a word of the fault plan
      then: { cutAfter: 1_000_000 },
      times: 1,
    });
    const sent = randomBytes(4_000_000);

    const { code, out } = await ssh([failed, '--', 'cat'], sent);
    const plan = (await cloud.ask('GET', '/_sandbox/faults')) as { fired: number }[];

    expect(out.equals(sent)).toBe(true);
    expect(code).toBe(0);
    expect(plan[0]?.fired).toBe(1);
  });

  it.each([
    ['iap.tunnelInstances.accessViaIAP', 'roles/iap.tunnelResourceAccessor'],
    ['compute.instances.osLogin', 'roles/compute.osLogin'],
  ])('says which role is missing: %s', async (permission, role) => {
    await cloud.ask('PUT', `/_sandbox/denied/${permission}`);
    const { code, out, err } = await ssh([ready, '--', 'true']);
    await cloud.ask('DELETE', `/_sandbox/denied/${permission}`);

    expect(err).toContain(`operator@sandbox.test may not log in to ${ready}: missing ${permission}\n`);
    expect(err).toContain(`--member=user:operator@sandbox.test --role=${role}`);
    expect(out.toString()).toBe('');
    expect(code).toBe(11);
  });

  it('does not go to whatever answers with another host key', async () => {
    const path = 'computeMetadata/v1/instance/guest-attributes/hostkeys/ssh-ed25519';
    const other = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20 and thirty-two bytes of no key ').toString('base64');
    await ssh([
      failed,
      '--',
      `curl -sS -X PUT -H Metadata-Flavor:Google -d ${other} http://$GCE_METADATA_HOST/${path}`,
    ]);

    const { code, err } = await ssh([failed, '--', 'true']);

    expect(err).toContain(`HOST_KEY_WRONG: what answers is not ${failed}`);
    expect(code).toBe(33);
  });

  it('says so when no firewall rule lets it in', async () => {
    await cloud.ask('DELETE', '/compute/v1/projects/demo-project/global/firewalls/demo-ssh');

    const { code, err } = await ssh([ready, '--', 'true']);

    expect(err).toContain(`PORT_CLOSED: nothing answers on port 22 of ${ready}`);
    expect(code).toBe(33);
  });
});
