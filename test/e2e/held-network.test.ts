import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterAll(() => desk[Symbol.dispose]());

const path = '/compute/v1/projects/demo-project/global';

async function add(network: string, name: string): Promise<void> {
  const allowed = [{ IPProtocol: 'tcp', ports: ['22'] }];
  await sandbox.ask('POST', `${path}/firewalls`, { name, network: `projects/demo-project/global/${network}`, allowed });
}

async function names(collection: string): Promise<string[]> {
  const { items = [] } = (await sandbox.ask('GET', `${path}/${collection}`)) as { items?: { name: string }[] };
  return items.map(({ name }) => name).filter((name) => !/^default\b/.test(name));
}

it('destroy takes what automatisms put into its network, names what strangers did, and looks at no other network', async () => {
  await sandbox.ask('POST', `${path}/networks`, { name: 'demo-net-2', autoCreateSubnetworks: false });
  await desk.run(['create', ...small]);
  const automatic = Array.from(
    { length: 18 },
    (_, index) => `${['k8s-fw', 'k8s2', 'gke-all', 'aet-us'][index % 4]}-${index}`,
  );
  const strangers = ['their-rule', 'kim-k8s-rule'];
  for (const name of [...automatic, ...strangers]) await add('networks/demo-net', name);
  await add('networks/demo-net-2', 'gke-of-the-sibling');
  const route = { name: 'their-route', destRange: '203.0.113.0/24', priority: 900 };
  const gateway = 'projects/demo-project/global/gateways/default-internet-gateway';
  const network = 'projects/demo-project/global/networks/demo-net';
  await sandbox.ask('POST', `${path}/routes`, { ...route, network, nextHopGateway: gateway });

  const subnetworks = '/compute/v1/projects/demo-project/regions/us-central1/subnetworks';
  await sandbox.ask('POST', subnetworks, { name: 'kim-sub', network, ipCidrRange: '192.168.77.0/24' });

  const refused = await desk.run(['destroy', ...small]);
  const file = join(desk.path, 'work/demo-project/demo/leftovers.json');
  const listed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const rules = await names('firewalls');
  const networks = await names('networks');
  const stillHeld = await desk.run(['destroy', ...small, '--delete-foreign-firewalls']);
  await sandbox.ask('DELETE', `${subnetworks}/kim-sub`);
  const taken = await desk.run(['destroy', ...small, '--delete-foreign-firewalls']);

  expect(refused.faults, refused.text).toEqual(['RESOURCES_REMAIN']);
  expect(refused.code).toBe(31);
  expect(refused.said.exists).toBe(
    'compute_network demo-net, firewalls kim-k8s-rule (not ours), firewalls their-rule (not ours), routes their-route (not ours)',
  );
  expect(refused.said.next).toContain('--delete-foreign-firewalls');
  expect(listed).toMatchObject({
    deployment: 'demo',
    leftovers: [{ type: 'compute_network', name: 'demo-net' }],
    foreign: ['kim-k8s-rule', 'their-rule', 'their-route'],
  });
  expect(rules).toEqual(['gke-of-the-sibling', ...strangers.toReversed()]);
  expect(networks).toEqual(['demo-net', 'demo-net-2']);
  // The flag is about rules and routes: what somebody works in is not taken away by it.
  expect(stillHeld.code, stillHeld.text).toBe(31);
  expect(stillHeld.said.exists).toBe('compute_network demo-net, subnetworks kim-sub (not ours)');
  expect(stillHeld.said.next).not.toContain('--delete-foreign-firewalls ');
  expect(taken.code, taken.text).toBe(0);
  expect(existsSync(file)).toBe(false);
  expect(await names('routes')).toEqual([]);
  expect(await names('networks')).toEqual(['demo-net-2']);
  expect(await names('firewalls')).toContain('gke-of-the-sibling');
});
