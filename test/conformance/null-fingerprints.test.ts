import { describe, expect, it } from 'vitest';

import { makeGroup, paths } from './cluster.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

const iam = '/iam.googleapis.com/v1/projects/{project}/serviceAccounts';
const account = `${iam}/trainer@conformance-project.iam.gserviceaccount.com`;
const dashboards = '/monitoring.googleapis.com/v1/projects/{project}/dashboards';

// In the JSON of Google's APIs a null is a field that was not sent.
describe('a fingerprint of null is one that was not sent', () => {
  it.each([
    { what: 'a network', method: 'PATCH', path: `${paths.global}/networks/default`, body: { mtu: 1500 } },
    {
      what: 'a subnetwork',
      method: 'PATCH',
      path: `${paths.region}/subnetworks/default`,
      body: { purpose: 'PRIVATE' },
    },
    { what: 'a group', method: 'PATCH', path: `${paths.groups}/mig`, body: { updatePolicy: { type: 'PROACTIVE' } } },
    {
      what: 'the named ports of a group',
      method: 'POST',
      path: `${paths.zone}/instanceGroups/mig/setNamedPorts`,
      body: { namedPorts: [] },
    },
    {
      what: 'the metadata of the project',
      method: 'POST',
      path: '/compute/v1/projects/{project}/setCommonInstanceMetadata',
      body: { items: [] },
    },
  ])('for $what, which may be changed without one', async ({ method, path, body }) => {
    const session = await openSession();
    await makeGroup(session, 0);

    const { status } = await session.call(method, path, { ...body, fingerprint: null });

    expect(status).toBe(200);
  });

  it.each([
    { what: 'the metadata of a machine', setting: 'setMetadata', body: { items: [], fingerprint: null } },
    { what: 'the tags of a machine', setting: 'setTags', body: { items: [], fingerprint: null } },
    { what: 'the labels of a machine', setting: 'setLabels', body: { labels: {}, labelFingerprint: null } },
  ])('for $what, which may not', async ({ setting, body }) => {
    const session = await openSession();
    await makeMachine(session);

    const { status } = await session.call('POST', `${paths.instances}/one/${setting}`, body);

    expect(status).toBe(412);
  });

  it.each([
    { what: 'a service account', method: 'PATCH', path: account, body: accountChange },
    { what: "a service account's policy", method: 'POST', path: `${account}:setIamPolicy`, body: policyChange },
    { what: 'a dashboard', method: 'PATCH', path: `${dashboards}/charts`, body: dashboardChange },
    { what: "a bucket's policy", method: 'PUT', path: '/storage/v1/b/a-bucket/iam', body: bucketPolicyChange },
  ])('for the etag of $what', async ({ method, path, body }) => {
    const { call } = await openSession();
    await call('POST', iam, { accountId: 'trainer' });
    await call('POST', dashboards, { name: 'charts', displayName: 'Charts' });
    await call('POST', '/storage/v1/b?project={project}', { name: 'a-bucket' });

    const stale = await call(method, path, body('bm9ib2R5'));
    const { status } = await call(method, path, body(null));

    expect(stale.status).toBeOneOf([409, 412]);
    expect(status).toBe(200);
  });
});

function accountChange(etag: string | null): object {
  return { serviceAccount: { displayName: 'Trainer', etag }, updateMask: 'displayName' };
}

function policyChange(etag: string | null): object {
  return { policy: { bindings: [], etag } };
}

function dashboardChange(etag: string | null): object {
  return { displayName: 'Charts', etag };
}

function bucketPolicyChange(etag: string | null): object {
  return { bindings: [], etag };
}

async function makeMachine({ operation }: Session): Promise<void> {
  await operation('POST', paths.instances, {
    name: 'one',
    machineType: 'zones/us-central1-a/machineTypes/e2-medium',
    disks: [{ boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' } }],
    networkInterfaces: [{ network: 'global/networks/default' }],
  });
}
