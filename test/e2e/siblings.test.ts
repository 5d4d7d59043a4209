import { afterAll, beforeAll, expect, it } from 'vitest';

import { openDesk } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

// Each name begins with the one before, or could be a resource of it.
const siblings = ['set-1', 'sets', 'set-vm'];
const of = (prefix: string): string[] => [
  ...['--project-id', 'demo-project', '--name-prefix', prefix, '--zone', 'us-central1-a'],
  ...['--gcs-path', 'gs://states'],
];

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
  await sandbox.ask('POST', '/storage/v1/b?project=demo-project', { name: 'states' });
});
afterAll(() => desk[Symbol.dispose]());

it('destroy and cleanup of a deployment take nothing of those whose names begin like its own', async () => {
  const makes = [...siblings, 'set'].map((prefix) => desk.run(['create', ...of(prefix)]));
  for (const made of await Promise.all(makes)) expect(made.code, made.text).toBe(0);
  // Whoever names something like we do has not made it ours: not by its name, and not by half a mark.
  for (const [name, labels] of Object.entries(decoys)) {
    await sandbox.ask('POST', '/compute/v1/projects/demo-project/zones/us-central1-a/disks', {
      name,
      sizeGb: '10',
      labels,
    });
  }
  const before = await everything();

  const destroyed = await desk.run(['destroy', ...of('set')]);
  const cleaned = await desk.run(['cleanup', ...of('set'), '--no-dry-run']);
  const after = await everything();

  expect(destroyed.code, destroyed.text).toBe(0);
  expect(cleaned.code, cleaned.text).toBe(0);
  expect(before.filter((line) => isOfSet(line)).length).toBeGreaterThan(10);
  expect(after).toEqual(before.filter((line) => !isOfSet(line)));
}, 240_000);

const uuid = '00000000-0000-4000-8000-000000000000';
const decoys: Record<string, Record<string, string>> = {
  'set-disk': {},
  'set-vm-x1x2': { 'cluster-provision': 'set' },
  'set-vm-y1y2': { 'cluster-provision-id': uuid },
  'set-vm-z1z2': { 'cluster-provision': 'set-1', 'cluster-provision-id': uuid },
};

// Every line begins with the name of the deployment that it is of.
function isOfSet(line: string): boolean {
  return line.startsWith('set: ');
}

/** Everything of any deployment, and every object in the bucket with its version, each with whose it is. */
async function everything(): Promise<string[]> {
  const collections = ['firewalls', 'networks', 'instanceTemplates'].map((name) => `global/${name}`);
  const zonal = ['disks', 'instances', 'instanceGroupManagers'].map((name) => `zones/us-central1-a/${name}`);
  const regional = ['subnetworks', 'routers', 'resourcePolicies'].map((name) => `regions/us-central1/${name}`);
  const lists = [...collections, ...zonal, ...regional].map(async (path) => {
    const { items = [] } = (await sandbox.ask('GET', `/compute/v1/projects/demo-project/${path}`)) as Page;
    return items.map((item) => `${ownerOf(item)}: ${path}/${item.name} ${item.id}`);
  });
  const { items: objects = [] } = (await sandbox.ask('GET', '/storage/v1/b/states/o?versions=true')) as Page;
  const { accounts = [] } = (await sandbox.ask(
    'GET',
    '/iam.googleapis.com/v1/projects/demo-project/serviceAccounts',
  )) as Page;
  return [
    ...(await Promise.all(lists)).flat(),
    ...objects.map(({ name, generation }) => `${name.replace(/-deployment\/.*/, '')}: ${name} ${generation}`),
    ...accounts.map(({ email, description }) => `${ownerOf({ name: '', description })}: ${email}`),
  ].toSorted();
}

interface Item {
  name: string;
  id?: string;
  generation?: string;
  email?: string;
  description?: string;
  labels?: Record<string, string>;
  properties?: { labels?: Record<string, string> };
}

interface Page {
  items?: Item[];
  accounts?: Item[];
}

function ownerOf({ name, labels, properties, description = '' }: Item): string {
  if (name in decoys) return 'nobody';
  const marks = labels ?? properties?.labels ?? {};
  return marks['cluster-provision'] ?? /^cluster-provision (\S+) /.exec(description)?.[1] ?? 'nobody';
}
