import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { wallClock } from '../../src/core/clock.ts';
import type { Cloud } from '../../src/google/cloud.ts';
import { listInstances } from '../../src/google/compute-machines.ts';
import { googleHttp } from '../../src/google/http.ts';
import { openLogin } from '../../src/login/session.ts';
import type { Place } from '../../src/login/place.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import { makeMachine } from '../tunnel/machine.ts';
import type { Machine } from '../tunnel/machine.ts';

let machine: Machine;
let place: Place;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cluster-provision-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  machine = await makeMachine();
  const cloud: Cloud = {
    endpoints: sandboxEndpoints(machine.url),
    tokens: { token: () => machine.target.token(), describe: async () => 'a test' },
    terraformEnvironment: async () => ({}),
    close: async () => {},
  };
  const http = googleHttp(cloud);
  const [instance] = await listInstances(http, machine.target.project, '');
  if (!instance) throw new Error('there is no machine');
  place = { cloud, http, project: machine.target.project, machine: instance };
});

async function profile(user: string): Promise<{ sshPublicKeys?: Record<string, { key: string }> }> {
  return (await machine.ask('GET', `/oslogin.googleapis.com/v1/users/${user}/loginProfile`)) as never;
}

describe('a login session', () => {
  it('has a key that only we can read, which Google knows for five minutes, and leaves nothing behind', async () => {
    const login = await openLogin(place, wallClock);
    const [known] = Object.values((await profile('operator@sandbox.test')).sshPublicKeys ?? {});
    const mode = statSync(join(login.folder, 'key')).mode & 0o777;
    await login[Symbol.asyncDispose]();

    expect(login).toMatchObject({ username: 'operator_sandbox_test', alias: `compute.${place.machine.id}` });
    expect(known?.key).toMatch(/^ssh-ed25519 /);
    expect(known).toMatchObject({ expirationTimeUsec: expect.stringMatching(/^\d{16}$/) });
    expect(mode).toBe(0o600);
    expect((await profile('operator@sandbox.test')).sshPublicKeys).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is that of the service account whose token it is, under the name that Google gives it', async () => {
    const email = 'runner@test-project.iam.gserviceaccount.com';
    await machine.ask('POST', '/iam.googleapis.com/v1/projects/test-project/serviceAccounts', { accountId: 'runner' });
    await become(`serviceAccount:${email}`);

    await using login = await openLogin(place, wallClock);

    expect(login.username).toMatch(/^sa_\d{21}$/);
    expect(login.identity).toEqual({ email, member: `serviceAccount:${email}` });
  });

  it('trusts only the host keys that the machine has written down, where it has', async () => {
    await using unknown = await openLogin(place, wallClock);
    machine.writes('hostkeys', 'ssh-ed25519', 'AAAA');
    await using known = await openLogin(place, wallClock);

    expect(unknown.strict).toBe(false);
    expect(known.strict).toBe(true);
    expect(readFileSync(join(known.folder, 'known_hosts'), 'utf8')).toBe(`${known.alias} ssh-ed25519 AAAA\n`);
  });

  it.each<[string, string, () => unknown]>([
    ['Google does not take the key', 'LOGIN_DENIED', () => refuse('importSshPublicKey')],
    ['the machine cannot be looked at', 'GoogleError', () => refuse('getGuestAttributes')],
    ["the token is nobody's", 'IDENTITY_UNKNOWN', () => become('principal://iam.googleapis.com/a/federation')],
    ['OS Login is off', 'API_DISABLED', () => machine.ask('PUT', offSwitch, { state: 'DISABLED' })],
  ])('leaves nothing behind when %s: %s', async (_, name, prepare) => {
    await prepare();

    await expect(openLogin(place, wallClock)).rejects.toMatchObject({ name });
    expect(readdirSync(folder)).toEqual([]);
  });
});

const offSwitch = '/_sandbox/projects/test-project/apis/oslogin.googleapis.com';

function refuse(path: string): void {
  // eslint-disable-next-line unicorn/no-thenable -- it is a word of the fault plan
  machine.faults.add([{ match: { path }, then: { status: 403 } }]);
}

/** Goes on as somebody else, who may edit the project. */
async function become(principal: string): Promise<void> {
  const policy = { bindings: [{ role: 'roles/editor', members: [principal] }] };
  await machine.ask('POST', '/cloudresourcemanager.googleapis.com/v1/projects/test-project:setIamPolicy', { policy });
  const token = machine.tokenOf(principal);
  machine.target.token = async () => token;
}
