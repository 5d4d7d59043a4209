import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { sshArguments } from '../../src/login/ssh.ts';
import { isInstalled } from '../_support/installed.ts';

const installed = isInstalled('ssh');
if (!installed) console.log('skipped: ssh is not installed, so nothing here can read its options');

const folder = join(mkdtempSync(join(tmpdir(), 'cluster-provision-ssh-')), 'a folder of 100%');
mkdirSync(folder);
afterAll(() => rmSync(dirname(folder), { recursive: true }));

const call = {
  machine: 'demo-vm-1',
  alias: 'compute.17',
  username: 'me_example_com',
  folder,
  strict: true,
  tunnel: ['/usr/bin/node', '/opt/it is here/100%/main.mjs', 'tunnel', 'demo-vm-1', '22', '--json'],
  command: [] as string[],
  environment: {},
  stop: new AbortController().signal,
};

/** What ssh itself makes of the arguments: it prints its options and connects to nobody. */
function understood(arguments_: readonly string[]): Map<string, string> {
  const text = execFileSync('ssh', ['-G', ...arguments_], { encoding: 'utf8' });
  return new Map(
    text.split('\n').map((line): [string, string] => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')]),
  );
}

describe.skipIf(!installed)('the arguments of ssh', () => {
  it('are understood by ssh, with paths that hold spaces and percent signs', () => {
    const options = understood(sshArguments(call));

    expect(Object.fromEntries(options)).toMatchObject({
      user: 'me_example_com',
      hostname: 'demo-vm-1',
      hostkeyalias: 'compute.17',
      stricthostkeychecking: 'true',
      identitiesonly: 'yes',
      controlmaster: 'false',
      proxycommand: `/usr/bin/node '/opt/it is here/100%%/main.mjs' tunnel demo-vm-1 22 --json 2>'${folder}%/tunnel.log'`,
    });
    expect(options.get('identityfile')).toContain(folder);
  });

  it('take a host key that nobody knows only where the machine has told none', () => {
    expect(understood(sshArguments({ ...call, strict: false })).get('stricthostkeychecking')).toBe('accept-new');
  });
});

describe('the command for the machine', () => {
  it.each<[string, string[], string[]]>([
    ['nothing opens a shell', [], []],
    ['one word is a command line for its shell', ['cd /data && ls *'], ['cd /data && ls *']],
    ['several words arrive as they were typed', ['echo', 'a  b', "it's", '$HOME'], [`echo 'a  b' 'it'\\''s' '$HOME'`]],
  ])('%s', (_, command, expected) => {
    const words = sshArguments({ ...call, command });

    expect(words.slice(words.indexOf('demo-vm-1') + 1)).toEqual(expected);
  });
});
