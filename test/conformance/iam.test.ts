import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';
import type { Session } from './session.ts';

const accounts = '/iam.googleapis.com/v1/projects/{project}/serviceAccounts';
const email = 'bench-sa@conformance-project.iam.gserviceaccount.com';
const member = `serviceAccount:${email}`;
const project = '/cloudresourcemanager.googleapis.com/v1/projects/{project}';

function create({ call }: Session): ReturnType<Session['call']> {
  return call('POST', accounts, { accountId: 'bench-sa', serviceAccount: { displayName: 'one' } });
}

describe('service accounts', () => {
  it('can be read by their e-mail address, under the doubled version of plain http endpoints too', async () => {
    const session = await openSession();

    const made = await create(session);
    const read = await session.call('GET', `${accounts}/${email}`);
    const doubled = await session.call(
      'GET',
      `/iam.googleapis.com/v1${accounts.replace('/iam.googleapis.com', '')}/${email}`,
    );

    expect(made.body).toMatchObject({
      name: `projects/conformance-project/serviceAccounts/${email}`,
      email,
      displayName: 'one',
    });
    expect(made.body.uniqueId).toMatch(/^\d{21}$/);
    expect(read.body).toEqual(made.body);
    expect(doubled.body).toEqual(made.body);
  });

  it('are refused twice, and not found once deleted', async () => {
    const session = await openSession();
    await create(session);

    const again = await create(session);
    await session.call('DELETE', `${accounts}/${email}`);
    const gone = await session.call('GET', `${accounts}/${email}`);

    expect(again.status).toBe(409);
    expect(again.body.error).toMatchObject({
      status: 'ALREADY_EXISTS',
      message: 'Service account bench-sa already exists within project projects/conformance-project.',
    });
    expect(gone.status).toBe(404);
    expect(gone.body.error.status).toBe('NOT_FOUND');
  });

  it.each([['short'], ['Capital-sa'], ['ends-with-'], ['a'.repeat(31)]])('refuse the id %s', async (accountId) => {
    const { call } = await openSession();

    expect((await call('POST', accounts, { accountId })).status).toBe(400);
  });

  it('come back with what was granted to them', async () => {
    const session = await openSession();
    const { uniqueId } = (await create(session)).body;
    const policy = (await session.call('POST', `${project}:getIamPolicy`, {})).body;
    await session.call('POST', `${project}:setIamPolicy`, {
      policy: { ...policy, bindings: [...policy.bindings, { role: 'roles/logging.logWriter', members: [member] }] },
    });

    await session.call('DELETE', `${accounts}/${email}`);
    const orphaned = (await session.call('POST', `${project}:getIamPolicy`, {})).body;
    await session.call('POST', `${accounts}/${uniqueId}:undelete`, {});
    const restored = (await session.call('POST', `${project}:getIamPolicy`, {})).body;

    expect(orphaned.bindings.at(-1).members).toEqual([`deleted:${member}?uid=${uniqueId}`]);
    expect(restored.bindings.at(-1).members).toEqual([member]);
    expect((await session.call('GET', `${accounts}/${email}`)).status).toBe(200);
  });
});

describe('project policies', () => {
  it('refuse a change on top of a stale etag', async () => {
    const { call } = await openSession();
    const policy = (await call('POST', `${project}:getIamPolicy`, {})).body;
    const first = await call('POST', `${project}:setIamPolicy`, { policy });

    const second = await call('POST', `${project}:setIamPolicy`, { policy });

    expect(first.status).toBe(200);
    expect(second.status).toBe(409);
    expect(second.body.error).toMatchObject({
      status: 'ABORTED',
      message: expect.stringContaining('There were concurrent policy changes'),
    });
  });

  it('refuse a service account that is not there', async () => {
    const { call } = await openSession();
    const policy = (await call('POST', `${project}:getIamPolicy`, {})).body;

    const { status, body } = await call('POST', `${project}:setIamPolicy`, {
      policy: { ...policy, bindings: [{ role: 'roles/viewer', members: [member] }] },
    });

    expect(status).toBe(400);
    expect(body.error.message).toBe(`Service account ${email} does not exist.`);
  });

  it('decide what testIamPermissions answers and what calls may do', async () => {
    const session = await openSession();
    const { call, url } = session;
    const permissions = ['compute.instances.delete', 'compute.networks.create'];
    const before = await call('POST', `${project}:testIamPermissions`, { permissions });
    await fetch(`${url}/_sandbox/denied/compute.networks.create`, { method: 'PUT' });

    const after = await call('POST', `${project}:testIamPermissions`, { permissions });
    const refused = await call('POST', '/compute/v1/projects/{project}/global/networks', { name: 'net' });
    await fetch(`${url}/_sandbox/denied/compute.networks.create`, { method: 'DELETE' });
    const allowed = await call('POST', '/compute/v1/projects/{project}/global/networks', { name: 'net' });

    expect(before.body.permissions).toEqual(permissions);
    expect(after.body.permissions).toEqual(['compute.instances.delete']);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({
      message: "Required 'compute.networks.create' permission for 'projects/conformance-project/global/networks/net'",
      errors: [{ reason: 'forbidden' }],
    });
    expect(allowed.status).toBe(200);
  });

  it('are the same by number, and in version 3', async () => {
    const { call } = await openSession();

    const byId = (await call('GET', project)).body;
    const byNumber = (await call('GET', `/cloudresourcemanager.googleapis.com/v1/projects/${byId.projectNumber}`)).body;
    const v3 = (await call('GET', '/cloudresourcemanager.googleapis.com/v3/projects/{project}')).body;
    const compute = (await call('GET', `/compute/v1/projects/${byId.projectNumber}`)).body;

    expect(byNumber).toEqual(byId);
    expect(v3).toMatchObject({
      name: `projects/${byId.projectNumber}`,
      projectId: 'conformance-project',
      state: 'ACTIVE',
    });
    expect(compute).toMatchObject({ id: byId.projectNumber, name: 'conformance-project' });
  });
});

describe('credentials', () => {
  it.each([
    ['no token', ''],
    ['a made-up token', 'ya29.made-up'],
  ])('are refused with 401 when there is %s', async (_what, token) => {
    const { call } = await openSession();

    const { status, body } = await call('GET', project, undefined, token);

    expect(status).toBe(401);
    expect(body.error.code).toBe(401);
  });
});
