import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, it } from 'vitest';

import { startupScript } from '../../stacks/guest/startup-script.generated.ts';
import { guestFolder, has } from './_support/bash.ts';

const commandFolder = fileURLToPath(new URL('../../src/sandbox/machines/commands/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'startup-script-'));
const bundle = join(folder, 'startup-script');
writeFileSync(bundle, startupScript);
afterAll(() => rmSync(folder, { recursive: true }));

const scripts = [guestFolder, commandFolder].flatMap((path) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.sh'))
    .map((name) => join(path, name)),
);
const checker = 'shellcheck';
const canCheck = has(checker);
if (!canCheck) console.log('shellcheck is not installed: the shell scripts are not checked');

it.skipIf(!canCheck).each(scripts.map((path) => [path.slice(path.lastIndexOf('/') + 1), path]))(
  'has nothing for shellcheck to say about %s',
  (_, path) => {
    const { status, stdout } = spawnSync(checker, [path ?? ''], { encoding: 'utf8' });

    expect(stdout).toBe('');
    expect(status).toBe(0);
  },
);

it.skipIf(!canCheck)('has nothing for shellcheck to say about the whole, where each file knows the others', () => {
  const { stdout } = spawnSync(checker, ['--severity=warning', bundle], { encoding: 'utf8' });

  expect(stdout).toBe('');
});

it('leaves room below the 64 KiB that the start-up script may have', () => {
  expect(Buffer.byteLength(startupScript)).toBeLessThan(60 * 1024);
});

it('parses as one text, so that nothing runs before bash has read all of it', () => {
  const { status, stderr } = spawnSync('bash', ['-n', bundle], { encoding: 'utf8' });

  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(startupScript.trimEnd().endsWith('main "$@"; exit')).toBe(true);
});
