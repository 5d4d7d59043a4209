import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makeOpensshKey } from '../../src/core/openssh-key.ts';
import { isInstalled } from '../_support/installed.ts';

const reads = isInstalled('ssh-keygen');
if (!reads) console.log('skipped: ssh-keygen is not installed, so nothing here can read a private key');

describe('a fresh key pair', () => {
  it.skipIf(!reads).each(['', 'a', 'cluster-provision', 'comment of 31 characters, really'])(
    'is read by OpenSSH, which finds the same public key in the private one (comment %j)',
    (comment) => {
      const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-key-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const { publicKey, privateKey } = makeOpensshKey(comment);
      writeFileSync(join(folder, 'key'), privateKey, { mode: 0o600 });

      const derived = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', join(folder, 'key')], { encoding: 'utf8' });

      expect(derived.trim()).toBe(publicKey.trim());
    },
  );

  it('is another one each time', () => {
    expect(makeOpensshKey('x').publicKey).not.toBe(makeOpensshKey('x').publicKey);
  });
});
