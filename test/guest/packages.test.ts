import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { bash } from './_support/bash.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guest-packages-'));
  for (const program of ['bash', 'flock', 'chmod', 'sleep']) symlinkSync(`/usr/bin/${program}`, join(folder, program));
});
afterEach(() => rmSync(folder, { recursive: true }));

// A package manager that fails `failures` times and then installs a command called zstd.
function packageManager(name: string, failures = 0): void {
  const script = [
    '#!/bin/bash',
    `echo "${name} $*" >>${folder}/asked`,
    `if (($(<${folder}/failures) > 0)); then echo $(($(<${folder}/failures) - 1)) >${folder}/failures; exit 100; fi`,
    `if [[ $* == *install* ]]; then echo '#!/bin/bash' >${folder}/zstd; chmod +x ${folder}/zstd; fi`,
  ];
  writeFileSync(join(folder, 'failures'), String(failures));
  writeFileSync(join(folder, name), `${script.join('\n')}\n`, { mode: 0o755 });
}

function need(root = ''): { code: number | null; said: string; asked: string[] } {
  const script = 'pause() { :; }; give_up() { echo "gave up: $*"; exit 1; }; need zstd zstd-of-debian zstd-of-rpm';
  const { code, stdout, stderr } = bash(['retry.sh', 'packages.sh'], script, {
    env: { PATH: folder, STATE: folder, ROOT: root },
  });
  let asked: string[] = [];
  try {
    asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  } catch {
    // Nobody was asked.
  }
  return { code, said: stdout.toString() + stderr, asked };
}

it('leaves a command alone that is there', () => {
  packageManager('apt-get');
  symlinkSync('/bin/true', join(folder, 'zstd'));

  expect(need()).toEqual({ code: 0, said: '', asked: [] });
});

it('installs what is missing with apt-get, which waits for the lock of others', () => {
  packageManager('apt-get');

  const { code, asked } = need();

  expect(code).toBe(0);
  expect(asked).toEqual([
    'apt-get -qq -o DPkg::Lock::Timeout=300 update',
    'apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install zstd-of-debian',
  ]);
});

it('installs what is missing with dnf', () => {
  packageManager('dnf');

  expect(need()).toMatchObject({ code: 0, asked: ['dnf -q -y install zstd-of-rpm'] });
});

it('tries again when the package manager fails, and gives up in the end', () => {
  packageManager('dnf', 2);
  expect(need()).toMatchObject({ code: 0 });

  rmSync(join(folder, 'zstd'));
  packageManager('dnf', 100);
  const { code, said } = need();

  expect(code).toBe(1);
  expect(said).toContain('gave up: zstd is missing and could not be installed');
});

it('does not touch the packages of the host where the root is a folder', () => {
  packageManager('apt-get');

  const { code, said, asked } = need('/some/folder');

  expect(code).toBe(1);
  expect(said).toContain('the packages of its host are not touched');
  expect(asked).toEqual([]);
});
