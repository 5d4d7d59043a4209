import { expect, it } from 'vitest';

import { openPlayground } from './_playground.ts';
import type { Configuration } from './_playground.ts';

function network(
  rules: { mtu?: number; ports?: string[]; google?: boolean; description?: string } = {},
): Configuration {
  return {
    resource: {
      google_compute_network: {
        net: {
          name: 'b-net',
          auto_create_subnetworks: false,
          mtu: rules.mtu ?? 1460,
          description: rules.description ?? 'one',
        },
      },
      google_compute_subnetwork: {
        sub: {
          name: 'b-sub',
          network: '${google_compute_network.net.id}',
          ip_cidr_range: '10.0.0.0/16',
          private_ip_google_access: rules.google ?? false,
        },
      },
      google_compute_firewall: {
        internal: {
          name: 'b-internal',
          network: '${google_compute_network.net.name}',
          source_ranges: ['10.0.0.0/8'],
          allow: [{ protocol: 'icmp' }, { protocol: 'tcp', ports: rules.ports ?? ['22'] }],
        },
      },
    },
  };
}

it('creates a network, finds nothing to change, changes it in place and takes it away', async () => {
  await using playground = await openPlayground();
  await playground.write(network());
  await playground.succeed('init');
  await playground.succeed('apply', '-auto-approve');

  expect(await playground.plan()).toMatchObject({ changes: false });
  expect(await playground.state('google_compute_subnetwork.sub')).toMatchObject({
    id: 'projects/bench-project/regions/us-central1/subnetworks/b-sub',
    network: 'https://www.googleapis.com/compute/v1/projects/bench-project/global/networks/b-net',
    region: 'us-central1',
  });

  await playground.write(network({ mtu: 8896, ports: ['22', '8080-8090'], google: true }));
  expect((await playground.plan()).text).toContain('0 to add, 3 to change, 0 to destroy');
  await playground.succeed('apply', '-auto-approve');
  expect(await playground.plan()).toMatchObject({ changes: false });

  await playground.succeed('destroy', '-auto-approve');
  expect((await playground.ask('GET', '/compute/v1/projects/bench-project/global/networks/b-net')).status).toBe(404);
});
