import { describe, expect, it } from 'vitest';

import { makeGroup, managed, paths, properties, stable } from './cluster.ts';
import { openSession } from './session.ts';

const link = (path: string): string => `https://www.googleapis.com/compute/v1/projects/conformance-project/${path}`;

describe('instance templates', () => {
  it('can be read by name and by number, with full links and without the nulls of the request', async () => {
    const { call, operation } = await openSession();

    const ended = await operation('POST', paths.templates, { name: 'tpl', properties: properties() });
    const byNumber = await call('GET', `${paths.templates}/${ended.targetId}`);
    const byName = await call('GET', `${paths.templates}/tpl`);

    expect(byNumber.body).toEqual(byName.body);
    expect(byName.body.properties).toMatchObject({
      machineType: 'e2-medium',
      disks: [
        {
          index: 0,
          initializeParams: {
            diskSizeGb: '20',
            sourceImage: link('x').replace(/projects.*/, 'projects/debian-cloud/global/images/family/debian-12'),
          },
        },
      ],
      networkInterfaces: [{ name: 'nic0', network: link('global/networks/default') }],
    });
    expect(byName.body.properties.scheduling).toEqual({ automaticRestart: true });
  });

  it.each([
    ['a network', { networkInterfaces: [{ network: 'global/networks/none' }] }, 'networks/none'],
    [
      'an image',
      { disks: [{ boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/none' } }] },
      'images/none',
    ],
    [
      'an image family out of use',
      {
        disks: [
          { boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-10' } },
        ],
      },
      'images/family/debian-10',
    ],
  ])('answers 404 for %s that is not there', async (_what, changes, missing) => {
    const { call } = await openSession();

    const { status, body } = await call('POST', paths.templates, { name: 'tpl', properties: properties(changes) });

    expect(status).toBe(404);
    expect(body.error.message).toMatch(new RegExp(`^The resource '.*${missing}' was not found$`));
  });

  it('cannot be deleted while a group uses it', async () => {
    const session = await openSession();
    await makeGroup(session, 0);

    const { status, body } = await session.call('DELETE', `${paths.templates}/tpl`);

    expect(status).toBe(400);
    expect(body.error.message).toBe(
      "The instance_template resource 'projects/conformance-project/global/instanceTemplates/tpl' is already being used by 'projects/conformance-project/zones/us-central1-a/instanceGroupManagers/mig'",
    );
  });
});

describe('instance group managers', () => {
  it('makes machines with names, addresses, disks and metadata of their own', async () => {
    const session = await openSession();

    await makeGroup(session, 3);
    await stable(session);
    const machines = await managed(session);
    const first = (await session.call('GET', `${paths.instances}/${machines[0].name}`)).body;
    const { items } = (await session.call('GET', paths.instances)).body;

    expect(machines).toHaveLength(3);
    expect(machines[0]).toMatchObject({
      instanceStatus: 'RUNNING',
      currentAction: 'NONE',
      name: expect.stringMatching(/^vm-[a-z0-9]{4}$/),
    });
    expect(first).toMatchObject({
      kind: 'compute#instance',
      status: 'RUNNING',
      machineType: link('zones/us-central1-a/machineTypes/e2-medium'),
      zone: link('zones/us-central1-a'),
      labels: { a: 'b' },
      scheduling: { provisioningModel: 'STANDARD', preemptible: false },
      disks: [{ boot: true, source: link(`zones/us-central1-a/disks/${first.name}`), diskSizeGb: '20' }],
      networkInterfaces: [
        { network: link('global/networks/default'), subnetwork: link('regions/us-central1/subnetworks/default') },
      ],
    });
    expect(first.metadata.items.map((item: { key: string }) => item.key)).toEqual([
      'enable-oslogin',
      'instance-template',
      'created-by',
    ]);
    expect(new Set(items.map((one: typeof first) => one.networkInterfaces[0].networkIP)).size).toBe(3);
    const disk = (await session.call('GET', `${paths.zone}/disks/${first.name}`)).body;
    expect(disk).toMatchObject({
      sizeGb: '20',
      type: link('zones/us-central1-a/diskTypes/pd-ssd'),
      sourceImage:
        'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20261014',
      users: [first.selfLink],
    });
  });

  it('answers the objects without which the provider crashes, and no empty resourcePolicies', async () => {
    const session = await openSession();

    await makeGroup(
      session,
      1,
      {},
      { resourcePolicies: { workloadPolicy: null }, statefulPolicy: { preservedState: {} }, standbyPolicy: {} },
    );
    const { body } = await session.call('GET', `${paths.groups}/mig`);

    expect(body.status).toMatchObject({ stateful: { perInstanceConfigs: {} }, versionTarget: {} });
    expect(body).not.toHaveProperty('resourcePolicies');
    expect(body.instanceGroup).toBe(link('zones/us-central1-a/instanceGroups/mig'));
    expect(body.versions).toMatchObject([{ name: 'default', instanceTemplate: link('global/instanceTemplates/tpl') }]);
  });

  it('shows machines on their way: PROVISIONING, then STAGING, then RUNNING', async () => {
    const session = await openSession({ latency: 120 });
    const seen = new Set<string>();
    await makeGroup(session, 1);

    await expect
      .poll(
        async () => {
          for (const { instanceStatus } of await managed(session)) seen.add(instanceStatus);
          return [...seen];
        },
        { interval: 5, timeout: 5_000 },
      )
      .toEqual(['PROVISIONING', 'STAGING', 'RUNNING']);
  });

  it('grows and shrinks to the size that is asked for', async () => {
    const session = await openSession();
    await makeGroup(session, 1);

    await session.operation('POST', `${paths.groups}/mig/resize?size=4`);
    await stable(session);
    const grown = await managed(session);
    await session.operation('POST', `${paths.groups}/mig/resize?size=2`);
    await stable(session);

    expect(grown).toHaveLength(4);
    expect(await managed(session)).toHaveLength(2);
    expect((await session.call('GET', `${paths.zone}/disks`)).body.items).toHaveLength(2);
  });

  it('makes what a stock-out leaves room for, says why for the rest, and goes on when there is room again', async () => {
    const session = await openSession();
    session.faults.replace([{ stockout: { zone: 'us-central1-a', zonesAvailable: ['us-central1-f'] }, times: 2 }]);

    await makeGroup(session, 3);
    const machines = await managed(session);
    const { items } = (await session.call('GET', `${paths.groups}/mig/listErrors`)).body;
    await stable(session);

    const refused = machines.filter((one) => one.lastAttempt);
    expect(refused).toHaveLength(2);
    expect(refused[0].lastAttempt.errors.errors[0]).toMatchObject({
      code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
      message:
        "The zone 'projects/conformance-project/zones/us-central1-a' does not have enough resources available to fulfill the request.  '(resource type:compute)'.",
    });
    expect(refused[0].lastAttempt.errors.errors[0].errorDetails).toContainEqual({
      errorInfo: {
        reason: 'resource_availability',
        domain: 'compute.googleapis.com',
        metadatas: { vmType: 'e2-medium', attachment: '', zone: 'us-central1-a', zonesAvailable: 'us-central1-f' },
      },
    });
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      error: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS' },
      instanceActionDetails: { action: 'CREATING' },
    });
    expect((await managed(session)).every((one) => one.instanceStatus === 'RUNNING')).toBe(true);
  });

  it('counts GPUs against the quota of the region and of the project', async () => {
    const session = await openSession();
    session.faults.replace([{ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit: 4 } }]);

    await makeGroup(session, 3, { machineType: 'a2-highgpu-2g', scheduling: { onHostMaintenance: 'TERMINATE' } });
    const { items } = (await session.call('GET', `${paths.groups}/mig/listErrors`)).body;
    const { quotas } = (await session.call('GET', paths.region)).body;
    const project = (await session.call('GET', '/compute/v1/projects/{project}')).body;

    expect(items[0].error).toEqual({
      code: 'QUOTA_EXCEEDED',
      message: "Quota 'NVIDIA_A100_GPUS' exceeded.  Limit: 4.0 in region us-central1.",
    });
    expect(quotas).toContainEqual({ metric: 'NVIDIA_A100_GPUS', limit: 4, usage: 4 });
    expect(quotas).toContainEqual({ metric: 'A2_CPUS', limit: expect.any(Number), usage: 48 });
    expect(project.quotas).toContainEqual({ metric: 'GPUS_ALL_REGIONS', limit: expect.any(Number), usage: 4 });
  });

  it('makes a deleted machine anew under its old name, unless it was told not to repair', async () => {
    const session = await openSession();
    await makeGroup(session, 2);
    await stable(session);
    const before = await managed(session);

    await session.operation('DELETE', `${paths.instances}/${before[0].name}`);
    await stable(session);
    const after = await managed(session);

    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after[0].id).not.toBe(before[0].id);
  });

  it('does not repair what it was told to leave', async () => {
    const session = await openSession();
    await makeGroup(session, 2, {}, { instanceLifecyclePolicy: { defaultActionOnFailure: 'DO_NOTHING' } });
    await stable(session);
    const [first] = await managed(session);

    await session.operation('DELETE', `${paths.instances}/${first.name}`);

    expect((await session.call('GET', `${paths.instances}/${first.name}`)).status).toBe(404);
    expect((await managed(session)).find(({ name }) => name === first.name)).not.toHaveProperty('instanceStatus');
  });

  it('says why an operation on a machine failed, and tries again', async () => {
    const session = await openSession();
    const error = {
      code: 'CONDITION_NOT_MET',
      message: 'Constraint constraints/compute.vmExternalIpAccess violated',
      status: 412,
    };
    session.faults.replace([{ operation: { type: 'insert', target: '/instances/vm-', error }, times: 1 }]);

    await makeGroup(session, 2);
    await stable(session);
    const { items } = (await session.call('GET', `${paths.groups}/mig/listErrors`)).body;

    expect(items).toMatchObject([
      { error: { code: 'CONDITION_NOT_MET', message: error.message }, instanceActionDetails: { action: 'CREATING' } },
    ]);
    expect((await managed(session)).map(({ instanceStatus }) => instanceStatus)).toEqual(['RUNNING', 'RUNNING']);
  });

  it('makes a machine anew that Google took away', async () => {
    const session = await openSession();
    await makeGroup(session, 1, { scheduling: { provisioningModel: 'SPOT', instanceTerminationAction: 'STOP' } });
    await stable(session);
    const [before] = await managed(session);

    await session.operation('POST', `${paths.instances}/${before.name}/simulateMaintenanceEvent`);
    await expect.poll(async () => (await managed(session))[0].id, { interval: 5 }).not.toBe(before.id);
    await stable(session);

    expect(await managed(session)).toMatchObject([{ name: before.name, instanceStatus: 'RUNNING' }]);
  });

  it('becomes smaller by the machines whose time is over', async () => {
    const session = await openSession();
    const scheduling = { maxRunDuration: { seconds: '1' }, instanceTerminationAction: 'DELETE' };
    await makeGroup(session, 2, { scheduling });

    await expect.poll(async () => managed(session), { timeout: 5_000 }).toEqual([]);

    expect((await session.call('GET', `${paths.groups}/mig`)).body).toMatchObject({
      targetSize: 0,
      status: { isStable: true },
    });
  });

  it('goes on after a deletion that failed', async () => {
    const session = await openSession();
    await makeGroup(session, 1);
    await stable(session);
    const error = { code: 'INTERNAL_ERROR', message: 'Internal error', status: 500 };
    session.faults.replace([{ operation: { type: 'delete', error }, times: 1 }]);

    const ended = await session.operation('DELETE', `${paths.groups}/mig`);

    expect(ended.error.errors[0].code).toBe('INTERNAL_ERROR');
    expect(await managed(session)).toMatchObject([{ instanceStatus: 'RUNNING', currentAction: 'NONE' }]);
    expect((await session.operation('DELETE', `${paths.groups}/mig`)).error).toBeUndefined();
  });

  it('leaves running machines alone when its template changes opportunistically', async () => {
    const session = await openSession();
    await makeGroup(session, 2);
    await stable(session);
    const before = await managed(session);
    await session.operation('POST', paths.templates, { name: 'two', properties: properties({ labels: { a: 'c' } }) });

    await session.operation('PATCH', `${paths.groups}/mig`, {
      versions: [{ instanceTemplate: 'global/instanceTemplates/two' }],
    });
    const group = (await session.call('GET', `${paths.groups}/mig`)).body;

    expect((await managed(session)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(group.status).toMatchObject({ isStable: true, versionTarget: { isReached: false } });
  });

  it('brings new metadata to running machines when it may refresh them, and does not touch them for more', async () => {
    const session = await openSession();
    const updatePolicy = {
      type: 'PROACTIVE',
      minimalAction: 'REFRESH',
      mostDisruptiveAllowedAction: 'REFRESH',
      maxUnavailable: { fixed: 2 },
    };
    await makeGroup(session, 2, {}, { updatePolicy });
    await stable(session);
    const before = await managed(session);
    const metadata = { items: [{ key: 'cp-files-sha256', value: 'new' }] };
    await session.operation('POST', paths.templates, { name: 'two', properties: properties({ metadata }) });
    await session.operation('POST', paths.templates, {
      name: 'three',
      properties: properties({ metadata, machineType: 'e2-small' }),
    });

    await session.operation('PATCH', `${paths.groups}/mig`, {
      versions: [{ instanceTemplate: 'global/instanceTemplates/two' }],
    });
    const refreshed = (await session.call('GET', `${paths.instances}/${before[0].name}`)).body;
    await session.operation('PATCH', `${paths.groups}/mig`, {
      versions: [{ instanceTemplate: 'global/instanceTemplates/three' }],
    });
    const after = await managed(session);

    expect(refreshed.metadata.items).toContainEqual({ key: 'cp-files-sha256', value: 'new' });
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0].version.instanceTemplate).toBe(link('global/instanceTemplates/two'));
  });

  it('replaces machines one after the other when it may', async () => {
    const session = await openSession();
    const updatePolicy = {
      type: 'PROACTIVE',
      minimalAction: 'REPLACE',
      replacementMethod: 'RECREATE',
      maxUnavailable: { fixed: 1 },
    };
    await makeGroup(session, 3, {}, { updatePolicy });
    await stable(session);
    const before = await managed(session);
    await session.operation('POST', paths.templates, {
      name: 'two',
      properties: properties({ machineType: 'e2-small' }),
    });

    await session.operation('PATCH', `${paths.groups}/mig`, {
      versions: [{ instanceTemplate: 'global/instanceTemplates/two' }],
    });
    let mostDown = 0;
    await expect
      .poll(
        async () => {
          const down = (await managed(session)).filter((one) => one.instanceStatus !== 'RUNNING').length;
          mostDown = Math.max(mostDown, down);
          return (await session.call('GET', `${paths.groups}/mig`)).body.status;
        },
        { interval: 2, timeout: 5_000 },
      )
      .toMatchObject({ isStable: true, versionTarget: { isReached: true } });

    expect(mostDown).toBe(1);
    expect((await managed(session)).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  });

  it('refuses a change on top of a stale fingerprint', async () => {
    const session = await openSession();
    await makeGroup(session, 0);
    const { fingerprint } = (await session.call('GET', `${paths.groups}/mig`)).body;
    await session.operation('PATCH', `${paths.groups}/mig`, { fingerprint, updatePolicy: { type: 'PROACTIVE' } });

    const { status } = await session.call('PATCH', `${paths.groups}/mig`, {
      fingerprint,
      updatePolicy: { type: 'OPPORTUNISTIC' },
    });

    expect(status).toBe(412);
  });

  it('takes named ports, shows them in both its forms, and refuses them on top of a stale fingerprint', async () => {
    const session = await openSession();
    const { call, operation } = session;
    await makeGroup(session, 0);
    const group = `${paths.zone}/instanceGroups/mig`;
    const namedPorts = [
      { name: 'http', port: 80 },
      { name: 'http', port: 8080 },
    ];
    const { fingerprint } = (await call('GET', group)).body;

    const ended = await operation('POST', `${group}/setNamedPorts`, { namedPorts, fingerprint });
    const stale = await call('POST', `${group}/setNamedPorts`, { namedPorts: [], fingerprint });
    const wrong = await call('POST', `${group}/setNamedPorts`, { namedPorts: [{ name: 'http', port: 70_000 }] });

    expect(ended).toMatchObject({
      operationType: 'setNamedPorts',
      targetLink: link('zones/us-central1-a/instanceGroups/mig'),
    });
    expect((await call('GET', group)).body.namedPorts).toEqual(namedPorts);
    expect((await call('GET', `${paths.groups}/mig`)).body.namedPorts).toEqual(namedPorts);
    expect([stale.status, wrong.status]).toEqual([412, 400]);

    await operation('POST', `${group}/setNamedPorts`, { namedPorts: [] });
    expect((await call('GET', group)).body).not.toHaveProperty('namedPorts');
  });

  it('takes its machines, their disks and their addresses along when it is deleted', async () => {
    const session = await openSession();
    await makeGroup(session, 3);
    await stable(session);

    await session.operation('DELETE', `${paths.groups}/mig`);

    for (const collection of ['instances', 'disks', 'instanceGroupManagers']) {
      expect((await session.call('GET', `${paths.zone}/${collection}`)).body).not.toHaveProperty('items');
    }
    expect((await session.operation('DELETE', `${paths.templates}/tpl`)).error).toBeUndefined();
  });

  it.each([
    ['recreateInstances', 2, 2],
    ['deleteInstances', 1, 1],
    ['abandonInstances', 1, 2],
  ])('%s leaves %i machines in the group and %i in the zone', async (verb, inGroup, inZone) => {
    const session = await openSession();
    await makeGroup(session, 2);
    await stable(session);
    const [first] = await managed(session);

    await session.operation('POST', `${paths.groups}/mig/${verb}`, { instances: [first.instance] });
    await stable(session);

    expect(await managed(session)).toHaveLength(inGroup);
    expect((await session.call('GET', paths.instances)).body.items).toHaveLength(inZone);
  });

  it('lets a thousand machines run at once', async () => {
    const session = await openSession();
    const began = process.cpuUsage();

    await makeGroup(session, 1_000);
    await stable(session);
    const { user, system } = process.cpuUsage(began);
    const machines = await managed(session);

    expect(machines).toHaveLength(1_000);
    expect(new Set(machines.map(({ name }) => name)).size).toBe(1_000);
    // Twice what is aimed at, because the client and the test runner burn CPU in this process too.
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});

describe('resize requests', () => {
  const request = { name: 'rr', resizeBy: 2, requestedRunDuration: { seconds: '7200' } };

  it('makes all machines with an end to their run', async () => {
    const session = await openSession();
    await makeGroup(session, 0);

    await session.operation('POST', `${paths.groups}/mig/resizeRequests`, request);
    await stable(session);
    const { body } = await session.call('GET', `${paths.groups}/mig/resizeRequests/rr`);
    const [machine] = (await session.call('GET', paths.instances)).body.items;

    expect(body).toMatchObject({ state: 'SUCCEEDED', resizeBy: 2, requestedRunDuration: { seconds: '7200' } });
    expect(machine.scheduling).toMatchObject({
      maxRunDuration: { seconds: '7200' },
      instanceTerminationAction: 'DELETE',
    });
    const life =
      Date.parse(machine.resourceStatus.scheduling.terminationTimestamp) - Date.parse(machine.lastStartTimestamp);
    expect(life).toBe(7_200_000);
    expect((await session.call('GET', `${paths.groups}/mig`)).body.targetSize).toBe(2);
  });

  it('waits in line while there is no room, can be cancelled, and then deleted', async () => {
    const session = await openSession();
    session.faults.replace([{ stockout: {} }]);
    await makeGroup(session, 0);
    await session.operation('POST', `${paths.groups}/mig/resizeRequests`, request);
    const waiting = (await session.call('GET', `${paths.groups}/mig/resizeRequests/rr`)).body;

    const tooEarly = await session.call('DELETE', `${paths.groups}/mig/resizeRequests/rr`);
    await session.operation('POST', `${paths.groups}/mig/resizeRequests/rr/cancel`);
    await session.operation('DELETE', `${paths.groups}/mig/resizeRequests/rr`);

    expect(waiting).toMatchObject({
      state: 'ACCEPTED',
      status: { lastAttempt: { error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS' }] } } },
    });
    expect(tooEarly.status).toBe(400);
    expect((await session.call('GET', `${paths.groups}/mig/resizeRequests/rr`)).status).toBe(404);
    expect(await managed(session)).toEqual([]);
  });
});
