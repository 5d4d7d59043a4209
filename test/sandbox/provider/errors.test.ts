import { expect, it } from 'vitest';

import { oneNetwork } from './_configurations.ts';
import type { Configuration } from './_configurations.ts';
import { openPlayground } from './_playground.ts';

const inUse = {
  resource: {
    google_compute_network: { net: { name: 'b-net', auto_create_subnetworks: false } },
    google_compute_firewall: {
      inside: { name: 'b-inside', network: 'b-net', source_ranges: ['10.0.0.0/8'], allow: [{ protocol: 'all' }] },
    },
  },
};

it('a name that is taken', async () => {
  await using playground = await openPlayground();
  const networks = '/compute/v1/projects/bench-project/global/networks';
  await playground.ask('POST', networks, { name: 'b-net', autoCreateSubnetworks: false });
  await playground.write(oneNetwork);

  const refusal = await playground.refused('apply', '-auto-approve');

  expect(refusal).toContain(
    "Error: Error creating Network: googleapi: Error 409: The resource 'projects/bench-project/global/networks/b-net' already exists, alreadyExists",
  );
});

it('something that is still in use', async () => {
  await using playground = await openPlayground();
  await playground.write(oneNetwork);
  await playground.succeed('apply', '-auto-approve');
  const rule = {
    name: 'b-foreign',
    network: 'global/networks/b-net',
    sourceRanges: ['10.0.0.0/8'],
    allowed: [{ IPProtocol: 'all' }],
  };
  await playground.ask('POST', '/compute/v1/projects/bench-project/global/firewalls', rule);
  await new Promise((resolve) => setTimeout(resolve, 100));

  const refusal = await playground.refused('destroy', '-auto-approve');

  expect(refusal).toContain(
    "The network resource 'projects/bench-project/global/networks/b-net' is already being used by 'projects/bench-project/global/firewalls/b-foreign'",
  );
  expect(Object.keys(await playground.state())).toEqual(['google_compute_network.net']);
});

it.each<{ what: string; rules: object[]; configuration: Configuration; text: string; kept: string[] }>([
  {
    what: 'an operation that ends in an error',
    rules: [
      {
        operation: {
          type: 'insert',
          target: 'networks/b-net',
          error: {
            code: 'QUOTA_EXCEEDED',
            message: "Quota 'NETWORKS' exceeded.  Limit: 5.0 globally.",
            details: [
              {
                quotaInfo: {
                  metricName: 'compute.googleapis.com/networks',
                  limitName: 'NETWORKS-per-project',
                  limit: 5,
                  dimensions: { region: 'global' },
                },
              },
            ],
          },
        },
      },
    ],
    configuration: oneNetwork,
    text: "Error waiting to create Network: Error waiting for Creating Network: Quota 'NETWORKS' exceeded. Limit: 5.0 globally. metric name = compute.googleapis.com/networks limit name = NETWORKS-per-project limit = 5 dimensions = map[region:global]",
    kept: [],
  },
  {
    what: 'a permission that is missing',
    rules: [
      refusing(
        { service: 'compute', method: 'POST', path: '/global/networks' },
        {
          status: 403,
          reason: 'forbidden',
          message: "Required 'compute.networks.create' permission for 'projects/p/global/networks/b-net'",
        },
      ),
    ],
    configuration: oneNetwork,
    text: "Error creating Network: googleapi: Error 403: Required 'compute.networks.create' permission for 'projects/p/global/networks/b-net', forbidden",
    kept: [],
  },
  {
    what: 'a token that has expired',
    rules: [
      refusing(
        { service: 'compute', method: 'POST' },
        { status: 401, reason: 'authError', message: 'Request had invalid authentication credentials.' },
      ),
    ],
    configuration: oneNetwork,
    text: 'Error creating Network: googleapi: Error 401: Request had invalid authentication credentials., authError',
    kept: [],
  },
  {
    what: 'a second resource that fails after the first was made',
    rules: [
      refusing(
        { service: 'compute', method: 'POST', path: '/firewalls' },
        { status: 400, reason: 'invalid', message: 'no' },
      ),
    ],
    configuration: {
      resource: {
        ...inUse.resource,
        google_compute_firewall: {
          inside: { ...inUse.resource.google_compute_firewall.inside, network: '${google_compute_network.net.id}' },
        },
      },
    },
    text: 'Error creating Firewall: googleapi: Error 400: no, invalid',
    kept: ['google_compute_network.net'],
  },
])('$what', async ({ rules, configuration, text, kept }) => {
  await using playground = await openPlayground({ latency: 50 });
  await playground.write(configuration);
  await playground.breaks(...rules);

  const refusal = await playground.refused('apply', '-auto-approve');

  expect(refusal).toContain(text);
  expect(Object.keys(await playground.state())).toEqual(kept);
});

it.each([
  { what: 'a service that is not there for a moment', how: { status: 503, reason: 'backendError', message: 'later' } },
  { what: 'a connection that breaks before the work', how: { reset: 'before' } },
])('tries again after $what', async ({ how }) => {
  await using playground = await openPlayground();
  await playground.write(oneNetwork);
  await playground.breaks({
    ...refusing({ service: 'compute', method: 'POST', path: '/global/networks' }, how),
    times: 2,
  });

  await playground.succeed('apply', '-auto-approve');

  expect(Object.keys(await playground.state())).toEqual(['google_compute_network.net']);
});

it('a template that failed stays in the state as long as nobody looks whether it is there', async () => {
  await using playground = await openPlayground({ latency: 50 });
  const machine = {
    name_prefix: 'b-',
    machine_type: 'e2-medium',
    disk: [{ source_image: 'debian-cloud/debian-12' }],
    network_interface: [{ network: 'default' }],
  };
  await playground.write({ resource: { google_compute_instance_template: { machine } } });
  const error = { code: 'INTERNAL_ERROR', message: 'broken' };
  await playground.breaks({ operation: { type: 'insert', target: 'instanceTemplates', error }, times: 1 });

  const refusal = await playground.refused('apply', '-auto-approve');

  expect(refusal).toContain('Error: Error waiting for Creating Instance Template: broken');
  expect(Object.keys(await playground.state())).toEqual(['google_compute_instance_template.machine']);
  expect(await playground.plan()).toEqual({ 'google_compute_instance_template.machine': 'create' });
});

/** A rule of the fault plan. */
function refusing(match: object, how: object): object {
  // eslint-disable-next-line unicorn/no-thenable -- it is a word of the fault plan
  return { match, then: how };
}
