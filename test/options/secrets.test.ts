import { expect, it } from 'vitest';
import { secretsInScript, secretTexts } from '../../src/options/secrets.ts';
import { created, noted } from './given.ts';

it('finds the metadata that looks secret by its key', () => {
  const options = created({
    METADATA:
      '{ WANDB_API_KEY = "a", hf-token = "b", db_password = "c", client-secret = "d", model = "e", keyboard = "f" }',
  });

  expect(secretTexts(options)).toEqual(['a', 'b', 'c', 'd']);
});

it('finds tokens and passwords of proxies in the environment', () => {
  const environment = {
    GOOGLE_OAUTH_ACCESS_TOKEN: 'opaque',
    https_proxy: 'http://me:p%40ss@proxy:3128',
    HTTP_PROXY: 'proxy:3128',
    PASSWORD_STORE_DIR: '/home/me/passwords',
  };

  expect(secretTexts(created(), environment)).toEqual(['opaque', 'p%40ss', 'p@ss']);
});

it.each([
  ['export HF_TOKEN=hf_abcdef', ['hf_abcdef']],
  ['wandb login --api-key abcdef-1 && x', ['abcdef-1']],
  ["PGPASSWORD='a b c d' psql", ['a b c d']],
  ['{"client_secret": "abcdef-2"}', ['abcdef-2']],
  ['login --password=one-two --token "three four"', ['one-two', 'three four']],
  ['export HF_TOKEN=$(gcloud secrets versions access latest --secret=hf)', []],
  ['TOKEN="${OTHER}"; PASSWORD=$1', []],
  ['train --max_tokens=1000000 --tokenizer=gpt2-large # a token for each', []],
])('finds in the script %s what looks secret by its name', (script, found) => {
  expect(secretsInScript(script)).toEqual(found);
});

it('says that metadata is no place for secrets, and what is', () => {
  const given = { METADATA: '{ hf-token = "hf_abcdef", model = "m" }', STARTUP_COMMAND: 'login --token hf_abcdef' };

  const [note, ...others] = noted(given);

  expect(others).toEqual([]);
  expect(note).toMatch(
    /^hf-token in METADATA, STARTUP_COMMAND look like secrets: every process on the machines can read/,
  );
  expect(note).toContain('gcloud secrets versions access');
  expect(note).not.toContain('hf_abcdef');
  expect(noted({ METADATA: '{ model = "m" }', STARTUP_COMMAND: 'python3 train.py' })).toEqual([]);
});
