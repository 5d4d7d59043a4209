import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';

const region = '/compute/v1/projects/{project}/regions/us-central1';
const link = (path: string): string => `https://www.googleapis.com/compute/v1/projects/conformance-project/${path}`;
const nat = {
  name: 'nat',
  natIpAllocateOption: 'AUTO_ONLY',
  sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
  logConfig: null,
  natIps: [],
  rules: [],
};

describe('routers', () => {
  it('keep a NAT that is patched in and drop it when the list is empty', async () => {
    const { call, operation } = await openSession();
    await operation('POST', `${region}/routers`, {
      name: 'router',
      network: 'global/networks/default',
      bgp: { asn: 64514 },
    });

    await operation('PATCH', `${region}/routers/router`, { nats: [nat] });
    const withNat = (await call('GET', `${region}/routers/router`)).body;
    await operation('PATCH', `${region}/routers/router`, { nats: [] });
    const without = (await call('GET', `${region}/routers/router`)).body;

    expect(withNat.nats).toMatchObject([{ name: 'nat', type: 'PUBLIC', endpointTypes: ['ENDPOINT_TYPE_VM'] }]);
    expect(without).not.toHaveProperty('nats');
    expect(without).toMatchObject({
      bgp: { asn: 64514, advertiseMode: 'DEFAULT' },
      network: link('global/networks/default'),
    });
  });

  it('refuse a NAT that says which subnetworks, without naming one', async () => {
    const { call } = await openSession();

    const { status } = await call('POST', `${region}/routers`, {
      name: 'router',
      network: 'global/networks/default',
      nats: [{ ...nat, sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS' }],
    });

    expect(status).toBe(400);
  });
});

describe('addresses', () => {
  it('are relabelled by fingerprint and kept while a NAT uses them', async () => {
    const { call, operation } = await openSession();
    await operation('POST', `${region}/addresses`, { name: 'ip', labels: { a: 'b' } });
    const { labelFingerprint, address } = (await call('GET', `${region}/addresses/ip`)).body;
    await operation('POST', `${region}/routers`, {
      name: 'router',
      network: 'global/networks/default',
      nats: [{ ...nat, natIpAllocateOption: 'MANUAL_ONLY', natIps: ['regions/us-central1/addresses/ip'] }],
    });

    await operation('POST', `${region}/addresses/ip/setLabels`, { labelFingerprint, labels: { a: 'c' } });
    const stale = await call('POST', `${region}/addresses/ip/setLabels`, { labelFingerprint, labels: {} });
    const used = await call('DELETE', `${region}/addresses/ip`);

    expect(address).toMatch(/^198\.1[89]\./);
    expect(stale.status).toBe(412);
    expect(stale.body.error.message).toContain('Labels fingerprint');
    expect((await call('GET', `${region}/addresses/ip`)).body.labels).toEqual({ a: 'c' });
    expect(used.body.error.message).toContain(
      "The address resource 'projects/conformance-project/regions/us-central1/addresses/ip' is already being used by",
    );
  });

  it('inside a subnetwork are given to one user only', async () => {
    const { call, operation } = await openSession();
    const internal = { addressType: 'INTERNAL', subnetwork: 'regions/us-central1/subnetworks/default' };
    await operation('POST', `${region}/addresses`, { name: 'one', ...internal });
    await operation('POST', `${region}/addresses`, { name: 'two', ...internal });

    const { body } = await call('GET', `${region}/addresses`);

    expect(body.items.map((one: { address: string }) => one.address)).toEqual(['10.128.0.2', '10.128.0.3']);
  });
});
