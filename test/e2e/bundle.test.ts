import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { bundle } from '../../scripts/build.ts';
import { openDesk, small } from '../_support/program.ts';

// Alone: no node_modules is on the way from there to the root, so what is missing in the bundle is missing.
const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-bundle-'));
const program = join(folder, 'cluster-provision.mjs');
beforeAll(() => bundle(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('leads a cluster with files through its life, alone in a folder', async () => {
  using desk = openDesk({ program });
  const work = join(desk.path, 'work of mine');
  mkdirSync(work);
  writeFileSync(join(work, 'train.py'), 'print()\n');
  // More than one shard, so that a thread is started.
  writeFileSync(join(work, 'weights'), Buffer.alloc(20_000_000, 'weights '));
  const files = ['--copy-dir-path', work];

  const valid = await desk.run(['validate', ...small, ...files]);
  expect(valid.code, valid.text).toBe(0);

  const created = await desk.run(['create', ...small, ...files]);
  expect(created.code, created.text).toBe(0);
  expect(created.output('cluster')).toMatchObject({ files: { count: 2, bytes: 20_000_008 } });

  const status = await desk.run(['status', ...small]);
  expect(status.code, status.text).toBe(0);
  expect(status.output('status')).toMatchObject({ wanted: 1, ready: 1 });

  const destroyed = await desk.run(['destroy', ...small]);
  expect(destroyed.code, destroyed.text).toBe(0);
  expect(destroyed.output('destroyed')).toMatchObject({ bucketDeleted: true });
});

// Google's token endpoint, by the sandbox: the client library knows one address for keys, and no other.
const redirect = `
  import http from 'node:http';
  import https from 'node:https';
  https.request = (url, options, ...rest) => {
    const { host, pathname } = new URL(url);
    const path = '/' + host + pathname;
    return http.request(process.env.SANDBOX_URL, { ...options, path, agent: undefined }, ...rest);
  };
`;

it('takes the key of a service account to the token endpoint', async () => {
  using desk = openDesk({ program });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = {
    type: 'service_account',
    client_email: 'robot@demo-project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  const sandbox = desk.start(['sandbox']);
  const { variables } = (await sandbox.until(({ event }) => event === 'output')) as unknown as {
    variables: Record<string, string>;
  };
  const { GOOGLE_OAUTH_ACCESS_TOKEN: _unused, ...endpoints } = variables;

  const ended = await desk.run(['doctor', '--no-sandbox', ...small], {
    ...endpoints,
    SANDBOX_URL: new URL(variables['GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT'] ?? '').origin,
    GOOGLE_APPLICATION_CREDENTIALS: desk.file('key.json', JSON.stringify(key)),
    NODE_OPTIONS: `--import ${desk.file('redirect.mjs', redirect)}`,
  });

  expect(ended.output('doctor')['answers'], ended.text).toContainEqual({
    name: 'credentials',
    ok: true,
    text: expect.stringContaining('robot@demo-project.iam.gserviceaccount.com'),
  });
});
