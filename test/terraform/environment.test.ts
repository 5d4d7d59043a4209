import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { googleEndpoints } from '../../src/google/endpoints.ts';
import { terraformEnvironment } from '../../src/terraform/environment.ts';
import type { TerraformEnvironment } from '../../src/terraform/environment.ts';
import { cloudWith } from './workbench.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'environment-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

function environmentOf(request: Partial<TerraformEnvironment>): Promise<Record<string, string>> {
  return terraformEnvironment({
    cloud: cloudWith(),
    own: { PATH: '/bin', HOME: directory },
    directory,
    product: 'terraform',
    runName: 'run',
    ...request,
  });
}

it('passes on an allow-list, and no option or secret of ours', async () => {
  const own = {
    PATH: '/bin',
    HOME: directory,
    HTTPS_PROXY: 'http://proxy:3128',
    METADATA: '{ password = "x" }',
    TF_LOG: 'TRACE',
    TF_CLI_ARGS: '-lock=false',
    TF_VAR_project: 'other',
    GITHUB_TOKEN: 'ghp',
  };

  const environment = await environmentOf({ own, cloud: cloudWith({}, { terraformFindsCredentials: true }) });

  expect(Object.keys(environment).toSorted()).toEqual([
    'CHECKPOINT_DISABLE',
    'HOME',
    'HTTPS_PROXY',
    'PATH',
    'TF_CLI_CONFIG_FILE',
    'TF_INPUT',
    'TF_IN_AUTOMATION',
    'USER',
  ]);
});

it('makes the private authority that Node was told of known to terraform, unless that has its own', async () => {
  const own = { PATH: '/bin', HOME: directory, NODE_EXTRA_CA_CERTS: '/private.pem' };

  expect((await environmentOf({ own })).SSL_CERT_FILE).toBe('/private.pem');
  expect((await environmentOf({ own: { ...own, SSL_CERT_FILE: '/all.pem' } })).SSL_CERT_FILE).toBe('/all.pem');
});

it('gives Google itself no endpoint, and a token only where terraform cannot find credentials', async () => {
  const file = { GOOGLE_APPLICATION_CREDENTIALS: '/key.json' };

  const withFile = await environmentOf({ cloud: cloudWith(file, { terraformFindsCredentials: true }) });
  const withToken = await environmentOf({});

  expect(withFile).toMatchObject(file);
  expect(withFile).not.toHaveProperty('GOOGLE_OAUTH_ACCESS_TOKEN');
  expect(withToken.GOOGLE_OAUTH_ACCESS_TOKEN).toBe('token-of-the-test');
  expect(Object.keys(withToken).filter((name) => name.includes('ENDPOINT'))).toEqual([]);
});

it('tells provider and backend of every endpoint that is not Google’s', async () => {
  const endpoints = {
    ...googleEndpoints,
    compute: 'http://127.0.0.1:1',
    storage: 'http://127.0.0.1:1',
    iam: 'http://127.0.0.1:1/iam.googleapis.com',
    resourcemanager: 'http://127.0.0.1:1/crm',
  };

  const environment = await environmentOf({ cloud: cloudWith({}, { endpoints }) });

  expect(Object.fromEntries(Object.entries(environment).filter(([name]) => name.includes('ENDPOINT')))).toEqual({
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/compute/v1/',
    GOOGLE_STORAGE_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/storage/v1/',
    GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/storage/v1/',
    GOOGLE_IAM_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/iam.googleapis.com/v1/',
    GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/crm/v1/',
  });
});

it('writes a CLI configuration of its own, unless there is one', async () => {
  const own = await environmentOf({});
  const mirror = join(directory, 'mirror.rc');
  await writeFile(mirror, '');
  const named = await environmentOf({ own: { HOME: directory, TF_CLI_CONFIG_FILE: mirror } });
  const missing = await environmentOf({ own: { HOME: directory, TF_CLI_CONFIG_FILE: '/nowhere/terraform.rc' } });
  await writeFile(join(directory, '.terraformrc'), '');
  const atHome = await environmentOf({});

  expect(await readFile(own.TF_CLI_CONFIG_FILE ?? '', 'utf8')).toContain('disable_checkpoint = true');
  expect([named, missing, atHome].map((environment) => environment.TF_CLI_CONFIG_FILE)).toEqual([
    mirror,
    join(directory, 'terraform.rc'),
    join(directory, '.terraformrc'),
  ]);
});

it('makes a running provider known to OpenTofu by the address of its registry', async () => {
  const provider = { Protocol: 'grpc', Pid: 1 };
  const cloud = cloudWith({
    TF_REATTACH_PROVIDERS: JSON.stringify({ 'registry.terraform.io/hashicorp/google': provider }),
  });

  const { TF_REATTACH_PROVIDERS: text } = await environmentOf({ cloud, product: 'tofu' });

  expect(JSON.parse(text ?? '')).toEqual({
    'registry.terraform.io/hashicorp/google': provider,
    'registry.opentofu.org/hashicorp/google': provider,
  });
});
