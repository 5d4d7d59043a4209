import { expect, it } from 'vitest';

import { growths, oneNetwork, waitingInLine } from './_configurations.ts';
import type { Configuration } from './_configurations.ts';
import { openPlayground } from './_playground.ts';

it.each(growths)('$name: made, unchanged, changed and taken away', async ({ at, changes }) => {
  await using playground = await openPlayground();

  const leftToDo = await playground.settle(at(1));
  await playground.write(at(2));
  const planned = await playground.plan();
  const leftAfterChange = await playground.settle(at(2));
  await playground.succeed('destroy', '-auto-approve');

  expect(leftToDo).toBe('');
  expect(planned).toEqual(changes);
  expect(leftAfterChange).toBe('');
  expect(await playground.state()).toEqual({});
});

it('a resize request waits with its group, and is called off before it goes', async () => {
  await using playground = await openPlayground();

  const leftToDo = await playground.settle(waitingInLine);
  await playground.succeed('destroy', '-auto-approve');

  expect(leftToDo).toBe('');
  const groups = await playground.ask('GET', '/compute/v1/projects/bench-project/aggregated/instanceGroupManagers');
  expect(JSON.stringify(groups.body)).not.toContain('b-group');
});

it('what somebody else took away is made again', async () => {
  await using playground = await openPlayground();
  await playground.settle(oneNetwork);

  await playground.ask('DELETE', '/compute/v1/projects/bench-project/global/networks/b-net');
  await new Promise((resolve) => setTimeout(resolve, 100));

  expect(await playground.plan()).toEqual({ 'google_compute_network.net': 'create' });
});

it('what somebody else changed is changed back', async () => {
  await using playground = await openPlayground();
  await playground.settle(oneNetwork);

  const path = '/compute/v1/projects/bench-project/global/networks/b-net';
  await playground.ask('PATCH', path, { networkFirewallPolicyEnforcementOrder: 'BEFORE_CLASSIC_FIREWALL' });
  await new Promise((resolve) => setTimeout(resolve, 100));

  expect(await playground.plan()).toEqual({ 'google_compute_network.net': 'update' });
});

it('labels of the provider block are on everything that has labels', async () => {
  await using playground = await openPlayground();
  const provider = { project: 'bench-project', region: 'us-central1', default_labels: { team: 'red' } };

  const leftToDo = await playground.settle({
    provider,
    resource: { google_compute_address: { address: { name: 'b-address', labels: { a: 'b' } } } },
  });

  expect(leftToDo).toBe('');
  expect((await playground.state())['google_compute_address.address']).toMatchObject({
    labels: { a: 'b' },
    effective_labels: { a: 'b', team: 'red', 'goog-terraform-provisioned': 'true' },
  });
});

it('two provider blocks keep their configurations apart', async () => {
  await using playground = await openPlayground();
  const address = { name: 'b-address' };

  await playground.write({
    provider: [
      { project: 'bench-project', region: 'us-central1' },
      { alias: 'away', project: 'other-project', region: 'europe-west4' },
    ],
    resource: { google_compute_address: { here: address, away: { ...address, provider: 'google.away' } } },
  });
  await playground.succeed('apply', '-auto-approve');

  expect(await playground.state()).toMatchObject({
    'google_compute_address.here': { project: 'bench-project', region: 'us-central1' },
    'google_compute_address.away': { project: 'other-project', region: 'europe-west4' },
  });
});

it('a change that no request carries is refused by name, not lost', async () => {
  await using playground = await openPlayground();
  const single = (machineType: string): Configuration => ({
    resource: {
      google_compute_instance: {
        single: {
          name: 'b-single',
          machine_type: machineType,
          boot_disk: [{ initialize_params: [{ image: 'debian-cloud/debian-12' }] }],
          network_interface: [{ network: 'default' }],
        },
      },
    },
  });
  await playground.settle(single('e2-medium'));

  await playground.write(single('e2-small'));
  const refusal = await playground.refused('apply', '-auto-approve');

  expect(refusal).toContain('the embedded provider does not model a change of machine_type of google_compute_instance');
});
