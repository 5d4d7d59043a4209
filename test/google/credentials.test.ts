import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { googleCloud } from '../../src/google/credentials.ts';

let home: string;
// Nobody listens there: a metadata server that is refused at once.
const nowhere = '127.0.0.1:9';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'credentials-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function write(name: string, content: object): Promise<string> {
  const file = join(home, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, JSON.stringify(content));
  return file;
}

const login = {
  type: 'authorized_user',
  client_id: 'id',
  client_secret: 's',
  refresh_token: 'r',
  quota_project_id: 'payer',
};

/** A token endpoint that gives one answer. */
async function tokenUrl(status: number, answer: object): Promise<string> {
  const host = await serve((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return `http://${host}/token`;
}

it('uses a token that is given, and hands it to terraform', async () => {
  const cloud = await googleCloud({ GOOGLE_OAUTH_ACCESS_TOKEN: 'ya29.given', GOOGLE_CLOUD_QUOTA_PROJECT: 'payer' });

  expect(await cloud.tokens.token()).toBe('ya29.given');
  expect(await cloud.tokens.quotaProject?.()).toBe('payer');
  expect(cloud.terraformFindsCredentials).toBeUndefined();
});

it('uses gcloud’s own login, and points terraform at the same file', async () => {
  const file = await write('.config/gcloud/application_default_credentials.json', login);
  const url = await tokenUrl(200, { access_token: 'ya29.fresh', expires_in: 3599, token_type: 'Bearer' });

  const cloud = await googleCloud({ HOME: home, GCE_METADATA_HOST: nowhere }, { tokenUrl: url });

  expect(await cloud.tokens.token()).toBe('ya29.fresh');
  expect(await cloud.tokens.describe()).toBe(`your gcloud login (${file})`);
  expect(await cloud.tokens.quotaProject?.()).toBe('payer');
  expect(cloud.terraformFindsCredentials).toBe(true);
  expect(await cloud.terraformEnvironment()).toEqual({
    GOOGLE_APPLICATION_CREDENTIALS: file,
    GCE_METADATA_HOST: nowhere,
  });
});

it.each([
  {
    content: { type: 'service_account', client_email: 'a@p.iam.gserviceaccount.com', private_key: 'k' },
    description: 'service account a@p.iam.gserviceaccount.com (key file',
  },
  { content: { ...login, account: 'kim@example.com' }, description: 'your gcloud login kim@example.com (' },
  {
    content: {
      type: 'external_account',
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ci@p.iam.gserviceaccount.com:generateAccessToken',
    },
    description: 'workload identity federation as ci@p.iam.gserviceaccount.com (',
  },
  {
    content: {
      type: 'impersonated_service_account',
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/me@p.iam.gserviceaccount.com:generateAccessToken',
    },
    description: 'service account me@p.iam.gserviceaccount.com, impersonated (',
  },
])('says which credentials these are: $description', async ({ content, description }) => {
  const file = await write('key.json', content);

  const cloud = await googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: file });

  expect(await cloud.tokens.describe()).toContain(description);
});

it('passes AWS keys on only where workload identity federation needs them', async () => {
  const aws = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const federated = await googleCloud({
    GOOGLE_APPLICATION_CREDENTIALS: await write('f.json', { type: 'external_account' }),
    ...aws,
  });
  const user = await googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: await write('u.json', login), ...aws });

  expect(await federated.terraformEnvironment()).toMatchObject(aws);
  expect(await user.terraformEnvironment()).not.toHaveProperty('AWS_ACCESS_KEY_ID');
});

it('uses the service account of the machine', async () => {
  let asked = 0;
  const host = await serve((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    if (request.url?.endsWith('/email')) response.end('vm@p.iam.gserviceaccount.com');
    else response.end(JSON.stringify({ access_token: `ya29.${(asked += 1)}`, expires_in: 3599 }));
  });

  const cloud = await googleCloud({ HOME: home, GCE_METADATA_HOST: host });

  expect(await cloud.tokens.describe()).toBe('service account vm@p.iam.gserviceaccount.com of this machine');
  expect([await cloud.tokens.token(), await cloud.tokens.token()]).toEqual(['ya29.1', 'ya29.1']);
  expect(cloud.terraformFindsCredentials).toBe(true);
});

it('waits a second at most for a metadata server that is none', async () => {
  const silent = await serve(() => undefined);
  const started = Date.now();

  const failure = googleCloud({ HOME: home, GCE_METADATA_HOST: silent });

  await expect(failure).rejects.toMatchObject({ code: 'NO_CREDENTIALS' });
  expect(Date.now() - started).toBeLessThan(1_900);
});

it('does not take any web server for a metadata server', async () => {
  const host = await serve((_request, response) => response.end('welcome@example.com'));

  await expect(googleCloud({ HOME: home, GCE_METADATA_HOST: host })).rejects.toMatchObject({ code: 'NO_CREDENTIALS' });
});

it('tells the three ways to give credentials when there are none', async () => {
  await expect(googleCloud({ HOME: home, GCE_METADATA_HOST: nowhere })).rejects.toMatchObject({
    code: 'NO_CREDENTIALS',
    exit: 10,
    message: expect.stringContaining(
      'no credential file, no gcloud login, and this machine has no metadata server of Google',
    ),
    fix: expect.stringMatching(
      /gcloud auth application-default login.*GOOGLE_APPLICATION_CREDENTIALS.*service account/,
    ),
  });
});

it.each([
  {
    what: 'does not exist',
    name: 'missing.json',
    text: undefined,
    reason: 'it does not exist (in a container, mount it with -v)',
  },
  { what: 'is no JSON', name: 'key.json', text: 'BEGIN PRIVATE KEY', reason: 'it is not a credential file in JSON' },
  { what: 'is a directory', name: '', text: undefined, reason: 'it is a directory (Docker makes one' },
])('names a credential file that $what', async ({ name, text, reason }) => {
  const file = join(home, name);
  if (text !== undefined) await writeFile(file, text);

  await expect(googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: file })).rejects.toMatchObject({
    code: 'NO_CREDENTIALS',
    message: expect.stringContaining(`GOOGLE_APPLICATION_CREDENTIALS names ${file}, but ${reason}`),
  });
});

it('does not go on with other credentials when gcloud’s own cannot be read', async () => {
  const file = await write('.config/gcloud/application_default_credentials.json', login);
  await writeFile(file, '{"cut": "off');
  await chmod(file, 0o600);

  await expect(googleCloud({ HOME: home, GCE_METADATA_HOST: nowhere })).rejects.toMatchObject({
    code: 'NO_CREDENTIALS',
    message: expect.stringContaining(`${file} is there, but it is not a credential file`),
  });
});

it.each([
  {
    answer: {
      error: 'invalid_grant',
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    },
    fault: { code: 'CREDENTIALS_EXPIRED', exit: 10, message: expect.stringContaining('invalid_rapt') },
  },
  {
    answer: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    fault: { code: 'CREDENTIALS_EXPIRED', fix: expect.stringContaining('gcloud auth application-default login') },
  },
  {
    answer: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    fault: { code: 'NO_CREDENTIALS', message: expect.stringContaining('Invalid JWT Signature') },
  },
  {
    answer: {
      error: 'invalid_grant',
      error_description:
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    },
    fault: {
      code: 'NO_CREDENTIALS',
      message: expect.stringContaining('the clock of this machine is wrong: it says 20'),
    },
  },
  {
    answer: { error: 'unauthorized_client', error_description: 'Unauthorized' },
    fault: { code: 'NO_CREDENTIALS', message: expect.stringContaining('unauthorized_client') },
  },
])('tells an expired login from a refused key: $answer.error_description', async ({ answer, fault }) => {
  const file = await write('key.json', login);
  const cloud = await googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: file }, { tokenUrl: await tokenUrl(400, answer) });

  await expect(cloud.tokens.token()).rejects.toMatchObject(fault);
});

it('takes other endpoints from the environment, with or without the version at the end', async () => {
  const cloud = await googleCloud({
    GOOGLE_OAUTH_ACCESS_TOKEN: 't',
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: 'https://compute-private.p.googleapis.com/compute/v1/',
    GOOGLE_STORAGE_CUSTOM_ENDPOINT: 'http://127.0.0.1:4600/',
    GOOGLE_IAM_CUSTOM_ENDPOINT: 'http://127.0.0.1:4600/iam.googleapis.com/v1',
    GOOGLE_MONITORING_CUSTOM_ENDPOINT: 'http://127.0.0.1:4600/monitoring.googleapis.com',
  });

  expect(cloud.endpoints).toMatchObject({
    compute: 'https://compute-private.p.googleapis.com',
    storage: 'http://127.0.0.1:4600',
    iam: 'http://127.0.0.1:4600/iam.googleapis.com',
    monitoring: 'http://127.0.0.1:4600/monitoring.googleapis.com',
    container: 'https://container.googleapis.com',
  });
});

it.each([
  { content: { type: 'service_account', client_email: 'a@b' }, reason: 'it lacks private_key' },
  { content: { type: 'gdch_service_account' }, reason: 'credentials of type gdch_service_account are not known' },
  {
    content: {
      type: 'impersonated_service_account',
      service_account_impersonation_url: 'https://evil',
      source_credentials: login,
    },
    reason: 'it impersonates nobody (https://evil)',
  },
])('does not follow a document that it does not understand: $reason', async ({ content, reason }) => {
  const cloud = await googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: await write('key.json', content) });

  await expect(cloud.tokens.token()).rejects.toMatchObject({
    code: 'NO_CREDENTIALS',
    message: expect.stringContaining(reason),
  });
});
