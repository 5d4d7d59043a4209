import { describe, expect, it } from 'vitest';

import { paths, properties } from './cluster.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

const link = (path: string): string => `https://www.googleapis.com/compute/v1/projects/conformance-project/${path}`;
const one = `${paths.instances}/vm`;

function start({ operation }: Session, changes: object = {}): ReturnType<Session['operation']> {
  return operation('POST', paths.instances, { name: 'vm', ...properties(), ...changes });
}

describe('instances', () => {
  it('have full links, an external address where one is asked for, and a disk of their own', async () => {
    const session = await openSession();

    await start(session, {
      networkInterfaces: [{ accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
      serviceAccounts: [{ email: 'default', scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
    });
    const { body } = await session.call('GET', one);

    expect(body).toMatchObject({
      machineType: link('zones/us-central1-a/machineTypes/e2-medium'),
      serviceAccounts: [{ email: expect.stringMatching(/^\d+-compute@developer\.gserviceaccount\.com$/) }],
      labelFingerprint: expect.any(String),
      metadata: { kind: 'compute#metadata', fingerprint: expect.any(String) },
      networkInterfaces: [
        {
          name: 'nic0',
          networkIP: expect.stringMatching(/^10\.128\./),
          accessConfigs: [{ natIP: expect.stringMatching(/^198\.1[89]\./) }],
        },
      ],
    });
    expect((await session.call('GET', `${paths.zone}/disks/vm`)).body.users).toEqual([
      link('zones/us-central1-a/instances/vm'),
    ]);
    expect((await session.call('GET', paths.region)).body.quotas).toContainEqual({
      metric: 'IN_USE_ADDRESSES',
      limit: expect.any(Number),
      usage: 1,
    });
  });

  it.each([
    [
      'a machine type that the zone lacks',
      { machineType: 'zones/us-central1-a/machineTypes/a3-ultragpu-8g' },
      400,
      "Machine type with name 'a3-ultragpu-8g' does not exist in zone 'us-central1-a'.",
    ],
    ['an unknown machine type', { machineType: 'e3-medium' }, 400, "Machine type with name 'e3-medium' does not exist"],
    [
      'a missing image',
      { disks: [{ boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/none' } }] },
      404,
      "The resource 'projects/debian-cloud/global/images/none' was not found",
    ],
    [
      'a missing subnetwork',
      { networkInterfaces: [{ subnetwork: 'regions/us-central1/subnetworks/none' }] },
      404,
      'subnetworks/none',
    ],
    [
      'a missing service account',
      { serviceAccounts: [{ email: 'none@conformance-project.iam.gserviceaccount.com' }] },
      400,
      'serviceAccounts/none@conformance-project.iam.gserviceaccount.com',
    ],
    [
      'GPUs that move to another host',
      { machineType: 'a2-highgpu-1g', scheduling: { onHostMaintenance: 'MIGRATE' } },
      400,
      'do not support live migration',
    ],
    [
      'a GPU on a machine that takes none',
      { guestAccelerators: [{ acceleratorType: 'nvidia-tesla-t4', acceleratorCount: 1 }] },
      400,
      'not compatible',
    ],
    [
      'a boot disk that the machine cannot boot from',
      {
        machineType: 'c3-standard-4',
        disks: [
          {
            boot: true,
            initializeParams: {
              diskType: 'pd-standard',
              sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
            },
          },
        ],
      },
      400,
      'pd-standard disk type cannot be used by c3-standard-4 machine type.',
    ],
    [
      'a boot disk smaller than its image',
      {
        disks: [
          {
            boot: true,
            initializeParams: { diskSizeGb: '5', sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
          },
        ],
      },
      400,
      'cannot be smaller than the image size (10 GB)',
    ],
    [
      'metadata that is too large',
      { metadata: { items: [{ key: 'k', value: 'x'.repeat(262_145) }] } },
      400,
      'maximum size 262144 character(s); actual size 262145.',
    ],
    ['a label that cannot be', { labels: { Upper: 'x' } }, 400, "Label key 'Upper' violates format constraints."],
    [
      'an image for other processors',
      {
        disks: [
          {
            boot: true,
            initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12-arm64' },
          },
        ],
      },
      400,
      'architecture',
    ],
  ])('are refused with %s', async (_what, changes, status, text) => {
    const { call } = await openSession();

    const answer = await call('POST', paths.instances, { name: 'vm', ...properties(), ...changes });

    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toContain(text);
  });

  it('leave nothing behind when the zone has no room, and name the zones that have', async () => {
    const session = await openSession();
    session.faults.replace([
      { stockout: { machineType: 'n1-standard-4', zonesAvailable: ['us-central1-b', 'us-central1-f'] } },
    ]);

    const ended = await start(session, {
      machineType: 'n1-standard-4',
      guestAccelerators: [{ acceleratorType: 'nvidia-tesla-t4', acceleratorCount: 1 }],
      scheduling: { onHostMaintenance: 'TERMINATE' },
    });

    expect(ended).toMatchObject({
      status: 'DONE',
      httpErrorStatusCode: 503,
      error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS' }] },
    });
    expect(ended.error.errors[0].errorDetails[2].errorInfo.metadatas).toEqual({
      vmType: 'n1-standard-4',
      attachment: 'nvidia-tesla-t4:1',
      zone: 'us-central1-a',
      zonesAvailable: 'us-central1-b,us-central1-f',
    });
    expect((await session.call('GET', one)).status).toBe(404);
    expect((await session.call('GET', `${paths.zone}/disks/vm`)).status).toBe(404);
  });

  it.each([
    ['CPUS', 1, {}],
    ['SSD_TOTAL_GB', 10, {}],
    ['IN_USE_ADDRESSES', 0, { networkInterfaces: [{ accessConfigs: [{}] }] }],
    [
      'NVIDIA_T4_GPUS',
      0,
      {
        machineType: 'n1-standard-4',
        guestAccelerators: [{ acceleratorType: 'nvidia-tesla-t4', acceleratorCount: 1 }],
        scheduling: { onHostMaintenance: 'TERMINATE' },
      },
    ],
    ['PREEMPTIBLE_NVIDIA_A100_GPUS', 0, { machineType: 'a2-highgpu-1g', scheduling: { provisioningModel: 'SPOT' } }],
    ['LOCAL_SSD_TOTAL_GB', 0, { machineType: 'a3-highgpu-8g', scheduling: { onHostMaintenance: 'TERMINATE' } }],
  ])('stop at the quota %s', async (metric, limit, changes) => {
    const session = await openSession();
    session.faults.replace([{ quota: { region: 'us-central1', metric, limit } }]);

    const ended = await start(session, changes);

    expect(ended.error.errors[0]).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} in region us-central1.`,
      errorDetails: [{ quotaInfo: { dimensions: { region: 'us-central1' }, limit } }],
    });
  });

  it('refuse metadata on top of a stale fingerprint', async () => {
    const session = await openSession();
    await start(session);
    const { fingerprint } = (await session.call('GET', one)).body.metadata;
    await session.operation('POST', `${one}/setMetadata`, { fingerprint, items: [{ key: 'k', value: 'two' }] });

    const { status, body } = await session.call('POST', `${one}/setMetadata`, {
      fingerprint,
      items: [{ key: 'k', value: 'three' }],
    });

    expect(status).toBe(412);
    expect(body.error.message).toBe('Supplied fingerprint does not match current metadata fingerprint.');
    expect((await session.call('GET', one)).body.metadata.items).toEqual([{ key: 'k', value: 'two' }]);
  });

  it.each([
    ['POST', 'setTags', { items: ['two'] }, { tags: { items: ['two'] } }],
    [
      'POST',
      'setServiceAccount',
      { email: 'x@y', scopes: ['s'] },
      { serviceAccounts: [{ email: 'x@y', scopes: ['s'] }] },
    ],
    [
      'POST',
      'setScheduling',
      { provisioningModel: 'SPOT' },
      { scheduling: { preemptible: true, provisioningModel: 'SPOT' } },
    ],
    [
      'PATCH',
      'updateShieldedInstanceConfig',
      { enableSecureBoot: true },
      { shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true } },
    ],
  ])('are changed by %s %s', async (verb, setting, body, changed) => {
    const session = await openSession();
    await start(session);
    const { fingerprint } = (await session.call('GET', one)).body.tags;

    await session.operation(verb, `${one}/${setting}`, { ...body, ...(setting === 'setTags' ? { fingerprint } : {}) });

    expect((await session.call('GET', one)).body).toMatchObject(changed);
  });

  it('stop, start and reset', async () => {
    const session = await openSession();
    await start(session);

    await session.operation('POST', `${one}/stop`);
    const stopped = (await session.call('GET', one)).body;
    await session.operation('POST', `${one}/start`);
    const started = (await session.call('GET', one)).body;

    expect(stopped.status).toBe('TERMINATED');
    expect(started.status).toBe('RUNNING');
    expect((await session.operation('POST', `${one}/reset`)).error).toBeUndefined();
  });

  it('cannot be deleted while they are protected', async () => {
    const session = await openSession();
    await start(session, { deletionProtection: true });

    const refused = await session.call('DELETE', one);
    await session.operation('POST', `${one}/setDeletionProtection?deletionProtection=false`);
    await session.operation('DELETE', one);

    expect(refused.status).toBe(400);
    expect((await session.call('GET', one)).status).toBe(404);
  });

  it('are deleted by Google when their time is over', async () => {
    const session = await openSession();

    await start(session, { scheduling: { maxRunDuration: { seconds: '1' }, instanceTerminationAction: 'DELETE' } });
    const { body } = await session.call('GET', one);

    const life = Date.parse(body.resourceStatus.scheduling.terminationTimestamp) - Date.parse(body.lastStartTimestamp);
    expect(life).toBe(1_000);
    await expect.poll(async () => (await session.call('GET', one)).status, { timeout: 5_000 }).toBe(404);
  });

  it('are stopped when a spot machine is taken away', async () => {
    const session = await openSession();
    await start(session, { scheduling: { provisioningModel: 'SPOT', instanceTerminationAction: 'STOP' } });

    await session.operation('POST', `${one}/simulateMaintenanceEvent`);

    await expect.poll(async () => (await session.call('GET', one)).body.status).toBe('TERMINATED');
    const operations = (await session.call('GET', `${paths.zone}/operations`)).body.items;
    expect(operations.map((one: { operationType: string }) => one.operationType)).toContain(
      'compute.instances.preempted',
    );
  });

  it('are taken away after the time that the fault plan says', async () => {
    const session = await openSession();
    session.faults.replace([{ machine: { name: '^vm$', preemptedAfter: 50 } }]);

    await start(session, { scheduling: { preemptible: true } });

    await expect.poll(async () => (await session.call('GET', one)).body.status).toBe('TERMINATED');
  });

  it('use a reservation up', async () => {
    const session = await openSession();
    await session.operation('POST', `${paths.zone}/reservations`, {
      name: 'res',
      specificReservationRequired: true,
      specificReservation: { count: '1', instanceProperties: { machineType: 'e2-medium' } },
    });
    const reservationAffinity = {
      consumeReservationType: 'SPECIFIC_RESERVATION',
      key: 'compute.googleapis.com/reservation-name',
      values: ['res'],
    };

    const first = await start(session, { reservationAffinity });
    const second = await start(session, { name: 'vm2', reservationAffinity });
    const { body } = await session.call('GET', `${paths.zone}/reservations/res`);

    expect(first.error).toBeUndefined();
    expect(second.error.errors[0].message).toContain('do not have available resources for the request');
    expect(body.specificReservation).toMatchObject({ count: '1', inUseCount: '1' });
  });

  it('are refused by a compact placement policy that does not know their type', async () => {
    const session = await openSession();
    await session.operation('POST', `${paths.region}/resourcePolicies`, {
      name: 'pol',
      groupPlacementPolicy: { collocation: 'COLLOCATED' },
    });

    const ended = await start(session, { resourcePolicies: ['pol'] });

    expect(ended.error.errors[0].message).toBe(
      'No more than 0 instances of machine type e2-medium can be created with this policy.',
    );
  });

  it('keep the policy, the subnetwork and the disk that they use from being deleted', async () => {
    const session = await openSession();
    await session.operation('POST', `${paths.region}/resourcePolicies`, {
      name: 'pol',
      groupPlacementPolicy: { collocation: 'COLLOCATED' },
    });
    await session.operation('POST', `${paths.global}/networks`, { name: 'net', autoCreateSubnetworks: false });
    await session.operation('POST', `${paths.region}/subnetworks`, {
      name: 'sub',
      network: 'global/networks/net',
      ipCidrRange: '10.0.0.0/24',
    });
    await start(session, {
      machineType: 'a2-highgpu-1g',
      scheduling: { onHostMaintenance: 'TERMINATE' },
      resourcePolicies: ['pol'],
      networkInterfaces: [{ subnetwork: 'regions/us-central1/subnetworks/sub' }],
    });

    const refused = await Promise.all(
      [
        `${paths.region}/resourcePolicies/pol`,
        `${paths.region}/subnetworks/sub`,
        `${paths.zone}/disks/vm`,
        `${paths.global}/networks/net`,
      ].map((path) => session.call('DELETE', path)),
    );

    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(refused.map(({ body }) => body.error.message.replaceAll('projects/conformance-project/', ''))).toEqual([
      "The resource_policy resource 'regions/us-central1/resourcePolicies/pol' is already being used by 'zones/us-central1-a/instances/vm'",
      "The subnetwork resource 'regions/us-central1/subnetworks/sub' is already being used by 'zones/us-central1-a/instances/vm'",
      "The disk resource 'zones/us-central1-a/disks/vm' is already being used by 'zones/us-central1-a/instances/vm'",
      "The network resource 'global/networks/net' is already being used by 'zones/us-central1-a/instances/vm'",
    ]);
  });
});

describe('what machines use', () => {
  const policy = `${paths.region}/resourcePolicies/pol`;
  const reservation = `${paths.zone}/reservations/res`;
  const disk = `${paths.zone}/disks/disk`;
  const reserved = { count: '1', instanceProperties: { machineType: 'e2-medium' } };

  it.each([
    [
      'a policy',
      policy,
      { groupPlacementPolicy: { collocation: 'COLLOCATED' } },
      'PATCH',
      policy,
      { description: 'two' },
      { description: 'two', groupPlacementPolicy: { collocation: 'COLLOCATED' } },
    ],
    [
      'a reservation',
      reservation,
      { specificReservation: reserved },
      'POST',
      `${reservation}/resize`,
      { specificSkuCount: '3' },
      { specificReservation: { count: '3', inUseCount: '0' } },
    ],
    ['the size of a disk', disk, { sizeGb: 10 }, 'POST', `${disk}/resize`, { sizeGb: 20 }, { sizeGb: '20' }],
    [
      'a field of a disk',
      disk,
      { sizeGb: 10 },
      'PATCH',
      `${disk}?paths=provisionedIops`,
      { provisionedIops: '3000', sizeGb: '1' },
      { provisionedIops: '3000', sizeGb: '10' },
    ],
  ])('can be changed: %s', async (_what, path, body, method, target, change, changed) => {
    const { call, operation } = await openSession();
    const [parent, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    await operation('POST', parent, { name, ...body });

    await operation(method, target, change);

    expect((await call('GET', path)).body).toMatchObject(changed);
  });

  it('cannot be changed everywhere: a disk does not shrink', async () => {
    const { call, operation } = await openSession();
    await operation('POST', `${paths.zone}/disks`, { name: 'disk', sizeGb: 20 });

    expect((await call('POST', `${disk}/resize`, { sizeGb: 10 })).status).toBe(400);
  });
});
