import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { wallClock } from '../../../src/core/clock.ts';
import type { Instance } from '../../../src/sandbox/machines/instance.ts';
import { startMetadataServer } from '../../../src/sandbox/machines/metadata-server.ts';
import type { MetadataServer } from '../../../src/sandbox/machines/metadata-server.ts';
import { startServer } from '../../../src/sandbox/server.ts';
import type { Server } from '../../../src/sandbox/server.ts';
import { createStore } from '../../../src/sandbox/store.ts';
import { tokenPrincipal } from '../../../src/sandbox/tokens.ts';

const key = 'projects/test-project/zones/us-central1-a/instances/vm-1';
const email = 'sa@test-project.iam.gserviceaccount.com';
const store = createStore(Date.now);
let server: Server;
let metadata: MetadataServer;

function put(attributes: Record<string, string>, fields: Partial<Instance> = {}): void {
  store.put('instances', key, {
    id: '4711',
    name: 'vm-1',
    status: 'RUNNING',
    zone: 'https://www.googleapis.com/compute/v1/projects/test-project/zones/us-central1-a',
    machineType:
      'https://www.googleapis.com/compute/v1/projects/test-project/zones/us-central1-a/machineTypes/a2-highgpu-2g',
    serviceAccounts: [{ email, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
    networkInterfaces: [
      { networkIP: '10.128.0.2', network: 'global/networks/default', accessConfigs: [{ natIP: '34.1.2.3' }] },
    ],
    metadata: {
      items: Object.entries({ 'enable-guest-attributes': 'TRUE', ...attributes }).map(([name, value]) => ({
        key: name,
        value,
      })),
    },
    ...fields,
  } satisfies Instance);
}

beforeAll(async () => {
  server = await startServer({ store, services: [] });
  put({ 'cp-gpu-count': '2', 'two-lines': 'a\nb\n' });
  metadata = await startMetadataServer(server.world, key);
});
afterAll(async () => {
  await metadata[Symbol.asyncDispose]();
  await server.close();
});

async function ask(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; etag: string | null; type: string | null }> {
  const answer = await fetch(`http://${metadata.host}/computeMetadata/v1/${path}`, {
    redirect: 'manual',
    headers: { 'Metadata-Flavor': 'Google' },
    ...init,
  });
  return {
    status: answer.status,
    text: await answer.text(),
    etag: answer.headers.get('etag'),
    type: answer.headers.get('content-type'),
  };
}

it.each([
  ['instance/name', 'vm-1'],
  ['instance/id', '4711'],
  ['instance/hostname', 'vm-1.us-central1-a.c.test-project.internal'],
  ['instance/attributes/cp-gpu-count', '2'],
  ['instance/attributes/two-lines', 'a\nb\n'],
  ['instance/network-interfaces/0/ip', '10.128.0.2'],
  ['instance/network-interfaces/0/access-configs/0/external-ip', '34.1.2.3'],
  ['instance/service-accounts/', `default/\n${email}/\n`],
  ['instance/service-accounts/default/email', email],
  ['instance/service-accounts/default/scopes', 'https://www.googleapis.com/auth/cloud-platform\n'],
  ['project/project-id', 'test-project'],
  ['instance/preempted', 'FALSE'],
])('answers %s', async (path, text) => {
  expect(await ask(path)).toMatchObject({ status: 200, text });
});

it('tells the zone and the machine type with the number of the project', async () => {
  const number = (await ask('project/numeric-project-id')).text;

  expect(number).toMatch(/^\d{12}$/);
  expect((await ask('instance/zone')).text).toBe(`projects/${number}/zones/us-central1-a`);
  expect((await ask('instance/machine-type')).text).toBe(`projects/${number}/machineTypes/a2-highgpu-2g`);
});

describe('refuses', () => {
  it.each([
    ['what is not there', 'instance/attributes/none', {}, 404],
    ['a value with a slash behind it', 'instance/name/', {}, 404],
    ['a request without the flavor', 'instance/name', { headers: {} }, 403],
    [
      'a request that was forwarded',
      'instance/name',
      { headers: { 'Metadata-Flavor': 'Google', 'X-Forwarded-For': '1.2.3.4' } },
      403,
    ],
    [
      'a token of an account that the machine has not',
      'instance/service-accounts/other@x.iam.gserviceaccount.com/token',
      {},
      404,
    ],
    ['to change what is not a guest attribute', 'instance/name', { method: 'PUT', body: 'x' }, 405],
  ])('%s', async (_, path, init, status) => {
    expect((await ask(path, init)).status).toBe(status);
  });

  it('a client that only looks for the flavor is answered at the root', async () => {
    const answer = await fetch(`http://${metadata.host}/`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('metadata-flavor')).toBe('Google');
  });
});

it('sends directories without a slash to the one with it', async () => {
  expect((await ask('instance/attributes')).status).toBe(301);
});

it('shows a whole directory as JSON in camel case, and the keys of attributes as they are', async () => {
  const { text, type } = await ask('instance/?recursive=true');

  expect(type).toBe('application/json');
  expect(JSON.parse(text)).toMatchObject({
    id: 4711,
    attributes: { 'cp-gpu-count': '2' },
    networkInterfaces: [{ ip: '10.128.0.2', accessConfigs: [{ externalIp: '34.1.2.3' }] }],
    serviceAccounts: { default: { email, aliases: ['default'] } },
  });
  expect(JSON.parse((await ask('instance/attributes/?recursive=true')).text)).toMatchObject({ 'cp-gpu-count': '2' });
  expect((await ask('instance/attributes/?recursive=true&alt=text')).text).toContain('cp-gpu-count 2\n');
});

it('hands out a token that the sandbox knows as the service account', async () => {
  const { text, type } = await ask('instance/service-accounts/default/token');
  const { access_token, expires_in, token_type } = JSON.parse(text) as Record<string, string>;

  expect(type).toBe('application/json');
  expect(token_type).toBe('Bearer');
  expect(Number(expires_in)).toBeGreaterThan(3_000);
  expect(tokenPrincipal(store, access_token ?? '', Date.now())).toBe(`serviceAccount:${email}`);
  expect(JSON.parse((await ask('instance/service-accounts/default/token')).text)).toMatchObject({ access_token });
});

describe('waiting for a change', () => {
  it('answers at once when the caller knows an older state', async () => {
    expect((await ask('instance/attributes/?recursive=true&wait_for_change=true&last_etag=NONE')).status).toBe(200);
  });

  it('answers when the value has changed', async () => {
    put({ watched: 'one' });
    const { etag } = await ask('instance/attributes/watched');
    const waiting = ask(`instance/attributes/watched?wait_for_change=true&last_etag=${etag}`);
    await wallClock.sleep(100);
    put({ watched: 'one', other: 'changed' });
    expect(await Promise.race([waiting, wallClock.sleep(100)])).toBeUndefined();
    put({ watched: 'two' });

    const answer = await waiting;

    expect(answer.text).toBe('two');
    expect(answer.etag).not.toBe(etag);
  });

  it('answers with what there is when the time is over', async () => {
    put({ watched: 'one' });
    const { etag } = await ask('instance/attributes/watched');

    const answer = await ask(`instance/attributes/watched?wait_for_change=true&timeout_sec=0&last_etag=${etag}`);

    expect(answer).toMatchObject({ status: 200, text: 'one', etag });
  });

  it('answers 404 when the value is taken away', async () => {
    put({ watched: 'one' });
    const { etag } = await ask('instance/attributes/watched');
    const waiting = ask(`instance/attributes/watched?wait_for_change=true&last_etag=${etag}`);
    await wallClock.sleep(100);
    put({});

    expect((await waiting).status).toBe(404);
  });
});

describe('guest attributes', () => {
  it('are set, listed, read and taken away', async () => {
    put({});
    expect((await ask('instance/guest-attributes/ns/key', { method: 'PUT', body: 'grüße' })).status).toBe(200);

    expect((await ask('instance/guest-attributes/')).text).toBe('ns/\n');
    expect((await ask('instance/guest-attributes/ns/')).text).toBe('key\n');
    expect((await ask('instance/guest-attributes/ns/key')).text).toBe('grüße');
    expect(store.get('guestAttributes', `${key}/ns/key`)).toEqual({ namespace: 'ns', key: 'key', value: 'grüße' });
    expect((await ask('instance/guest-attributes/ns/key', { method: 'DELETE' })).status).toBe(200);
    expect((await ask('instance/guest-attributes/ns/key')).status).toBe(404);
  });

  it('are refused where the instance has not switched them on', async () => {
    put({ 'enable-guest-attributes': 'FALSE' });

    expect((await ask('instance/guest-attributes/ns/key', { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  it('are refused without a namespace or when they are too large', async () => {
    put({});

    expect((await ask('instance/guest-attributes/key', { method: 'PUT', body: 'x' })).status).toBe(400);
    expect((await ask('instance/guest-attributes/ns/key', { method: 'PUT', body: 'x'.repeat(300_000) })).status).toBe(
      413,
    );
  });
});
