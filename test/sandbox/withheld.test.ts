import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { openSandbox } from '../../src/sandbox/start.ts';
import type { SandboxHandle } from '../../src/sandbox/start.ts';
import { temporaryFolder } from './_support/temporary.ts';

const networks = '/compute/v1/projects/my-project/global/networks';
const api = '/serviceusage.googleapis.com/v1/projects/my-project/services/compute.googleapis.com';

it('a permission that a plan takes away comes back when the plan no longer says so', async () => {
  const dir = temporaryFolder();
  const faults = planOf(dir, '- deniedPermission: { permission: compute.networks.* }');

  await using denied = await openSandbox({ dir, faults });
  const refused = await ask(denied, networks);
  const other = await ask(denied, '/compute/v1/projects/my-project/global/firewalls');
  await denied.close();
  await using after = await openSandbox({ dir });

  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("Required 'compute.networks.list' permission for 'projects/my-project'");
  expect(other.status).toBe(200);
  expect((await ask(after, networks)).status).toBe(200);
});

it('what the control API takes away stays when the plan is emptied', async () => {
  await using sandbox = await openSandbox({ dir: temporaryFolder() });
  const rules = [{ deniedPermission: { permission: 'compute.networks.list' } }];
  await fetch(`${sandbox.url}/_sandbox/denied/compute.firewalls.list`, { method: 'PUT' });
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(rules) });
  const before = await ask(sandbox, networks);

  await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });

  expect(before.status).toBe(403);
  expect((await ask(sandbox, networks)).status).toBe(200);
  expect((await ask(sandbox, '/compute/v1/projects/my-project/global/firewalls')).status).toBe(403);
});

it('an API that a plan switches off can be switched on, and stays on although the plan is read again', async () => {
  const dir = temporaryFolder();
  const faults = planOf(dir, '- disabledApi: { api: compute.googleapis.com }');

  await using first = await openSandbox({ dir, faults });
  const off = await ask(first, networks);
  const images = await ask(first, '/compute/v1/projects/debian-cloud/global/images/family/debian-12');
  const shown = await ask(first, api);
  await ask(first, `${api}:enable`, { method: 'POST' });
  await expect.poll(async () => (await ask(first, networks)).status).toBe(200);
  await using again = await openSandbox({ dir, faults });

  expect(off.status).toBe(403);
  expect(await off.text()).toContain('Compute Engine API has not been used in project');
  expect(await shown.json()).toMatchObject({ state: 'DISABLED' });
  // Whoever reads an image of Google's uses the API in their own project, not in Google's.
  expect(images.status).toBe(200);
  expect((await ask(again, networks)).status).toBe(200);
});

function planOf(dir: string, text: string): string {
  const path = join(dir, 'faults.yaml');
  writeFileSync(path, text);
  return path;
}

async function ask({ url, tokens }: SandboxHandle, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url + path, { ...init, headers: { authorization: `Bearer ${await tokens.token()}` } });
}
