import { expect, it } from 'vitest';

import { makeGroup, paths, properties } from './cluster.ts';
import { openSession } from './session.ts';

const trainer = 'trainer@elsewhere.iam.gserviceaccount.com';

// https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert#iam-permissions
it.each([
  'compute.instanceTemplates.useReadOnly',
  'compute.instances.create',
  'compute.disks.create',
  'compute.instances.setMetadata',
  'compute.instances.setLabels',
  'compute.instances.setServiceAccount',
  'iam.serviceAccounts.actAs',
  'compute.subnetworks.use',
  'compute.subnetworks.useExternalIp',
])('a group is refused to whoever may not use %s for its machines', async (permission) => {
  const session = await openSession();
  await fetch(`${session.url}/_sandbox/denied/${permission}`, { method: 'PUT' });

  const made = makeGroup(session, 1, {
    serviceAccounts: [{ email: trainer }],
    networkInterfaces: [{ network: 'global/networks/default', accessConfigs: [{}] }],
  });

  await expect(made).rejects.toThrow(`Required '${permission}' permission`);
});

it('a firewall rule changes its network, and that must be allowed as well', async () => {
  const { url, call } = await openSession();
  await fetch(`${url}/_sandbox/denied/compute.networks.updatePolicy`, { method: 'PUT' });

  const { status, body } = await call('POST', `${paths.global}/firewalls`, {
    name: 'fw',
    allowed: [{ IPProtocol: 'tcp' }],
  });

  expect(status).toBe(403);
  expect(body.error.message).toContain("Required 'compute.networks.updatePolicy' permission");
});

it('what calls ask for is recorded, by whom and in which project, and what is only asked about is not', async () => {
  const { url, call, operation } = await openSession();
  await fetch(`${url}/_sandbox/permissions`, { method: 'PUT' });

  await operation('POST', paths.templates, { name: 'tpl', properties: properties() });
  await call('POST', '/cloudresourcemanager.googleapis.com/v1/projects/{project}:testIamPermissions', {
    permissions: ['compute.firewalls.delete'],
  });
  const recorded = (await (await fetch(`${url}/_sandbox/permissions`)).json()) as object[];

  const us = { project: 'conformance-project', principal: 'user:operator@sandbox.test' };
  expect(recorded).toContainEqual({ ...us, permission: 'compute.instanceTemplates.create' });
  expect(recorded).toContainEqual({ ...us, permission: 'compute.globalOperations.get' });
  expect(recorded).not.toContainEqual({ ...us, permission: 'compute.firewalls.delete' });
});
