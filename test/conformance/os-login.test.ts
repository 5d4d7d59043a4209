import { describe, expect, it } from 'vitest';

import { makeOpensshKey } from '../../src/core/openssh-key.ts';
import { loginsOf } from '../../src/sandbox/services/os-login.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

const me = '/oslogin.googleapis.com/v1/users/operator@sandbox.test';
const { publicKey } = makeOpensshKey('me@home');

async function imported(session: Session, expirationTimeUsec?: string): Promise<Record<string, unknown>> {
  const body = { key: publicKey, expirationTimeUsec };
  const { status, body: answer } = await session.call('POST', `${me}:importSshPublicKey?projectId={project}`, body);
  expect(status).toBe(200);
  return answer.loginProfile;
}

function loginsNow({ world, project }: Session): unknown[] {
  return loginsOf(world.store, project, true, Date.now());
}

describe('a login profile', () => {
  it('gets a key and a Linux user of the project by one import', async () => {
    const session = await openSession();

    const profile = await imported(session);
    const [fingerprint = ''] = Object.keys(profile['sshPublicKeys'] as object);

    expect(profile).toMatchObject({
      posixAccounts: [
        {
          primary: true,
          username: 'operator_sandbox_test',
          homeDirectory: '/home/operator_sandbox_test',
          operatingSystemType: 'LINUX',
          accountId: session.project,
        },
      ],
      sshPublicKeys: { [fingerprint]: { key: publicKey, fingerprint } },
    });
    expect((await session.call('GET', `${me}/loginProfile`)).body).toEqual(profile);
  });

  it('loses keys and users again', async () => {
    const session = await openSession();
    const profile = await imported(session);
    const key = `${me}/sshPublicKeys/${Object.keys(profile['sshPublicKeys'] as object)[0]}`;

    const answers = [
      await session.call('GET', key),
      await session.call('DELETE', key),
      await session.call('GET', key),
      await session.call('DELETE', `${me}/projects/{project}`),
      await session.call('DELETE', `${me}/projects/{project}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200, 404]);
    expect((await session.call('GET', `${me}/loginProfile`)).body).toEqual({ name: profile['name'] });
  });

  it.each([
    ['is no key', 'ssh-ed25519 AAAA'],
    ['has another type than it says', publicKey.replace('ssh-ed25519', 'ssh-rsa')],
    ['has a second line', `${publicKey}\nssh-ed25519 AAAA`],
  ])('takes nothing that %s', async (_, key) => {
    const session = await openSession();

    expect((await session.call('POST', `${me}:importSshPublicKey`, { key })).status).toBe(400);
  });

  it('is nobody else to see', async () => {
    const session = await openSession();

    expect((await session.call('GET', me.replace('operator', 'other') + '/loginProfile')).status).toBe(403);
  });
});

describe('a machine', () => {
  it('lets in who has the permission and a key that has not run out', async () => {
    const session = await openSession();
    const soon = `${Date.now() + 60_000}000`;
    await imported(session, soon);
    const before = loginsNow(session);
    await session.call('PUT', '/_sandbox/denied/iam.serviceAccounts.actAs');
    const denied = loginsNow(session);
    await session.call('DELETE', '/_sandbox/denied/iam.serviceAccounts.actAs');
    await imported(session, `${Date.now() - 1000}000`);

    expect(before).toMatchObject([{ username: 'operator_sandbox_test', keys: [publicKey] }]);
    expect(denied).toEqual([]);
    expect(loginsNow(session)).toEqual([]);
  });
});
