import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';
import type { Session } from './session.ts';

const networks = '/compute/v1/projects/{project}/global/networks';
const firewalls = '/compute/v1/projects/{project}/global/firewalls';
const subnetworks = '/compute/v1/projects/{project}/regions/us-central1/subnetworks';
const link = (path: string): string => `https://www.googleapis.com/compute/v1/projects/conformance-project/${path}`;

describe('networks', () => {
  it('answers an operation, then the network with full links and without the nulls of the request', async () => {
    const { call, operation } = await openSession();

    const ended = await operation('POST', networks, {
      name: 'net',
      autoCreateSubnetworks: false,
      mtu: 8896,
      description: null,
    });
    const { status, body } = await call('GET', `${networks}/net`);

    expect(ended).toMatchObject({ status: 'DONE', operationType: 'insert', targetLink: link('global/networks/net') });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'compute#network',
      id: ended.targetId,
      name: 'net',
      mtu: 8896,
      autoCreateSubnetworks: false,
      selfLink: link('global/networks/net'),
      routingConfig: { routingMode: 'REGIONAL' },
    });
    expect(body).not.toHaveProperty('description');
    expect(Object.keys(body).filter((key) => key.startsWith('_'))).toEqual([]);
  });

  it('goes through PENDING and RUNNING before DONE', async () => {
    const { call } = await openSession({ latency: 200 });

    const pending = await call('POST', networks, { name: 'net' });
    const path = new URL(pending.body.selfLink).pathname;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const running = await call('GET', path);
    const done = await call('POST', `${path}/wait`);

    expect([pending, running, done].map(({ body }) => body.status)).toEqual(['PENDING', 'RUNNING', 'DONE']);
  });

  it('refuses a name that is taken, in words that name it', async () => {
    const { call, operation } = await openSession();
    await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });

    const { status, body } = await call('POST', networks, { name: 'net' });

    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      code: 409,
      message: "The resource 'projects/conformance-project/global/networks/net' already exists",
      errors: [{ reason: 'alreadyExists' }],
    });
  });

  it.each([['Net'], ['-net'], ['net_1'], ['n'.repeat(64)]])('refuses the name %s', async (name) => {
    const { call } = await openSession();

    const { status, body } = await call('POST', networks, { name });

    expect(status).toBe(400);
    expect(body.error.message).toContain(
      `Invalid value for field 'resource.name': '${name}'. Must be a match of regex`,
    );
  });

  it('cannot be used before its operation has ended', async () => {
    const { call } = await openSession({ latency: 500 });
    await call('POST', networks, { name: 'net', autoCreateSubnetworks: false });

    const { status, body } = await call('POST', subnetworks, {
      name: 'sub',
      network: 'global/networks/net',
      ipCidrRange: '10.0.0.0/16',
    });

    expect(status).toBe(400);
    expect(body.error.errors[0].reason).toBe('resourceNotReady');
  });

  it('has never been when its operation ends in an error', async () => {
    const { call, operation, faults } = await openSession();
    faults.replace([
      { operation: { type: 'insert', error: { code: 'INTERNAL_ERROR', message: 'Internal error', status: 500 } } },
    ]);

    const ended = await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });
    const { status } = await call('GET', `${networks}/net`);

    expect(ended.error.errors[0].code).toBe('INTERNAL_ERROR');
    expect(status).toBe(404);
  });

  it.each([
    ['a subnetwork', subnetworks, { ipCidrRange: '10.0.0.0/16' }, 'regions/us-central1/subnetworks/user'],
    ['a firewall rule', firewalls, { allowed: [{ IPProtocol: 'icmp' }] }, 'global/firewalls/user'],
    ['a router', '/compute/v1/projects/{project}/regions/us-central1/routers', {}, 'regions/us-central1/routers/user'],
  ])('cannot be deleted while %s is in it', async (_what, path, body, user) => {
    const { call, operation } = await openSession();
    await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });
    await operation('POST', path, {
      name: 'user',
      network: 'projects/conformance-project/global/networks/net',
      ...body,
    });

    const refused = await call('DELETE', `${networks}/net`);
    await operation('DELETE', `${path}/user`);
    const ended = await operation('DELETE', `${networks}/net`);

    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      message: `The network resource 'projects/conformance-project/global/networks/net' is already being used by 'projects/conformance-project/${user}'`,
      errors: [{ reason: 'resourceInUseByAnotherResource' }],
    });
    expect(ended).not.toHaveProperty('error');
    expect((await call('GET', `${networks}/net`)).status).toBe(404);
  });

  it('ends the deletion in an error when somebody adds a firewall rule meanwhile', async () => {
    const { call, operation, faults } = await openSession();
    await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });
    faults.replace([{ foreignFirewall: { network: '^net$' }, times: 1 }]);

    const ended = await operation('DELETE', `${networks}/net`);

    expect(ended.error.errors[0]).toMatchObject({
      code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE',
      message:
        "The network resource 'projects/conformance-project/global/networks/net' is already being used by 'projects/conformance-project/global/firewalls/aet-uscentral1-allow'",
    });
    expect((await call('GET', `${firewalls}/aet-uscentral1-allow`)).body.network).toBe(link('global/networks/net'));
  });

  it('takes its own routes along', async () => {
    const { call, operation } = await openSession();
    await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });
    const filter = encodeURIComponent(`network eq "${link('global/networks/net')}"`);
    const before = await call('GET', `/compute/v1/projects/{project}/global/routes?filter=${filter}`);

    await operation('DELETE', `${networks}/net`);
    const after = await call('GET', `/compute/v1/projects/{project}/global/routes?filter=${filter}`);

    expect(before.body.items).toMatchObject([{ destRange: '0.0.0.0/0' }]);
    expect(after.body).not.toHaveProperty('items');
  });

  it('ends in QUOTA_EXCEEDED with metric and limit when the project has enough of them', async () => {
    const { operation, faults } = await openSession();
    faults.replace([{ quota: { region: 'global', metric: 'NETWORKS', limit: 1 } }]);

    const ended = await operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });

    expect(ended.error.errors[0]).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: "Quota 'NETWORKS' exceeded.  Limit: 1.0 globally.",
      errorDetails: [{ quotaInfo: { metricName: 'compute.googleapis.com/networks', limit: 1 } }],
    });
    expect(ended.httpErrorStatusCode).toBe(403);
  });

  it('opens every project with a default network that has a subnetwork in every region', async () => {
    const { call } = await openSession();

    const { body } = await call('GET', `${networks}/default`);
    const regions = await call('GET', '/compute/v1/projects/{project}/aggregated/subnetworks');

    expect(body.subnetworks).toContain(link('regions/us-central1/subnetworks/default'));
    expect(regions.body.items['regions/us-central1'].subnetworks).toMatchObject([{ ipCidrRange: '10.128.0.0/20' }]);
  });
});

describe('subnetworks', () => {
  async function withNetwork(): Promise<Session> {
    const session = await openSession();
    await session.operation('POST', networks, { name: 'net', autoCreateSubnetworks: false });
    return session;
  }

  it('keeps the network as a full link, whatever form was sent', async () => {
    const session = await withNetwork();

    await session.operation('POST', subnetworks, {
      name: 'sub',
      ipCidrRange: '10.0.0.0/16',
      network: `${session.url}/compute/v1/projects/conformance-project/global/networks/net`,
      region: 'projects/conformance-project/global/regions/us-central1',
    });
    const { body } = await session.call('GET', `${subnetworks}/sub`);

    expect(body).toMatchObject({
      network: link('global/networks/net'),
      region: link('regions/us-central1'),
      gatewayAddress: '10.0.0.1',
      fingerprint: expect.stringMatching(/=$/),
    });
    expect(Number.isSafeInteger(Number(body.id))).toBe(true);
  });

  it('answers 404 for a network that is not there', async () => {
    const { call } = await openSession();

    const { status, body } = await call('POST', subnetworks, {
      name: 'sub',
      ipCidrRange: '10.0.0.0/16',
      network: 'global/networks/none',
    });

    expect(status).toBe(404);
    expect(body.error.message).toBe("The resource 'projects/conformance-project/global/networks/none' was not found");
  });

  it.each([['10.0.128.0/20'], ['10.0.0.0/8'], ['10.0.0.0/16']])(
    'refuses %s beside 10.0.0.0/16',
    async (ipCidrRange) => {
      const { call, operation } = await withNetwork();
      await operation('POST', subnetworks, { name: 'sub', network: 'global/networks/net', ipCidrRange: '10.0.0.0/16' });

      const { status, body } = await call('POST', subnetworks, {
        name: 'two',
        network: 'global/networks/net',
        ipCidrRange,
      });

      expect(status).toBe(400);
      expect(body.error.message).toContain(
        `Invalid IPCidrRange: ${ipCidrRange} conflicts with existing subnetwork 'sub' in region 'us-central1'.`,
      );
    },
  );

  it.each([['10.0.0.1/16'], ['10.0.0.0/30'], ['nonsense']])('refuses %s as a range', async (ipCidrRange) => {
    const { call } = await withNetwork();

    const { status } = await call('POST', subnetworks, { name: 'sub', network: 'global/networks/net', ipCidrRange });

    expect(status).toBe(400);
  });

  it('refuses a change on top of a stale fingerprint', async () => {
    const { call, operation } = await withNetwork();
    await operation('POST', subnetworks, { name: 'sub', network: 'global/networks/net', ipCidrRange: '10.0.0.0/16' });
    const { fingerprint } = (await call('GET', `${subnetworks}/sub`)).body;
    const secondaryIpRanges = [{ rangeName: 'pods', ipCidrRange: '10.4.0.0/14' }];

    await operation('PATCH', `${subnetworks}/sub`, { fingerprint, secondaryIpRanges });
    const stale = await call('PATCH', `${subnetworks}/sub`, { fingerprint, secondaryIpRanges });

    expect(stale.status).toBe(412);
    expect(stale.body.error.errors[0].reason).toBe('conditionNotMet');
  });
});

describe('firewalls', () => {
  it('clears lists that a change sends empty', async () => {
    const { call, operation } = await openSession();
    await operation('POST', firewalls, {
      name: 'fw',
      network: 'global/networks/default',
      allowed: [{ IPProtocol: 'TCP', ports: ['22'] }],
      sourceTags: ['a'],
    });

    await operation('PATCH', `${firewalls}/fw`, { sourceTags: [], sourceRanges: ['10.0.0.0/8'], disabled: true });
    const { body } = await call('GET', `${firewalls}/fw`);

    expect(body).toMatchObject({
      sourceRanges: ['10.0.0.0/8'],
      disabled: true,
      allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
    });
    expect(body).not.toHaveProperty('sourceTags');
  });

  it('refuses a rule that neither allows nor denies anything', async () => {
    const { call } = await openSession();

    expect((await call('POST', firewalls, { name: 'fw' })).status).toBe(400);
  });
});
