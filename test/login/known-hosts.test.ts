import { describe, expect, it } from 'vitest';

import { knownHosts } from '../../src/login/known-hosts.ts';

const key = Buffer.from('a key').toString('base64');

describe('known hosts', () => {
  it('are a line for each host key that the machine has written down', () => {
    expect(knownHosts('compute.1', { 'ssh-rsa': key, 'ssh-ed25519': `${key}\n` })).toBe(
      `compute.1 ssh-ed25519 ${key}\ncompute.1 ssh-rsa ${key}\n`,
    );
  });

  it.each([
    ['nothing', {}],
    ['a type that is none', { 'ssh-ed25519 AAAA\nevil.example': key }],
    ['what is no base64', { 'ssh-rsa': 'not base64!' }],
    ['nothing where a key should be', { 'ssh-rsa': '' }],
  ])('are not known from %s', (_, attributes) => {
    expect(knownHosts('compute.1', attributes)).toBeUndefined();
  });

  it('take no second line from a value', () => {
    expect(knownHosts('compute.1', { 'ssh-rsa': `${key}\n*.example ssh-rsa ${key}` })).toBe(
      `compute.1 ssh-rsa ${key}\n`,
    );
  });
});
