import { expect, it } from 'vitest';

import { growths, oneNetwork } from './_configurations.ts';
import type { Configuration } from './_configurations.ts';
import { openPlayground } from './_playground.ts';
import type { Playground } from './_playground.ts';

// What an import cannot know: labels are taken for somebody else's, and some attributes are nowhere but in configurations.
const filledIn = new Set([
  'google_compute_address.address',
  'google_compute_disk.disk',
  'google_compute_instance.single',
  'google_compute_instance_group_manager.waiting',
  'google_compute_instance_template.reserved',
  'google_filestore_instance.basic',
  'google_filestore_instance.zonal',
  'google_project_service.file',
  'google_storage_bucket.bucket',
  'google_storage_bucket.plain',
]);
// A prefix and a script beside the metadata are not to be seen from outside either, and mean a new template.
const madeAnew = new Set(['google_compute_instance_template.machine', 'google_compute_instance_template.large']);

it.each(growths)('$name: adopted by import blocks, with at most labels to fill in', async ({ at }) => {
  await using playground = await openPlayground();
  await playground.settle(at(1));
  const imports = await forget(playground);

  await playground.write({ ...at(1), import: imports });
  const planned = await playground.plan();

  const surprising = Object.entries(planned).filter(([address, action]) => {
    if (madeAnew.has(address)) return false;
    return !(action === 'update' && (filledIn.has(address) || isGroupOfNewTemplate(address)));
  });
  expect(imports.length).toBeGreaterThan(5);
  expect(surprising).toEqual([]);
});

it.each([
  { form: 'path', id: 'projects/bench-project/global/networks/b-net' },
  { form: 'project and name', id: 'bench-project/b-net' },
  { form: 'name', id: 'b-net' },
])('terraform import takes a network by its $form', async ({ id }) => {
  await using playground = await openPlayground();
  await playground.settle(oneNetwork);
  await forget(playground);

  await playground.succeed('import', 'google_compute_network.net', id);

  expect(await playground.plan()).toEqual({});
});

it('refuses an id in none of the known forms, and one that nothing has', async () => {
  await using playground = await openPlayground();
  await playground.write(oneNetwork);

  const odd = await playground.refused('import', 'google_compute_network.net', 'a/b/c/d');
  const missing = await playground.refused('import', 'google_compute_network.net', 'b-missing');

  expect(odd).toContain(`Import id "a/b/c/d" doesn't match any of the accepted formats`);
  expect(missing).toContain('Cannot import non-existent remote object');
});

it('refuses a member that the policy does not have', async () => {
  await using playground = await openPlayground();
  const member = { project: 'bench-project', role: 'roles/viewer', member: 'user:a@example.com' };
  await playground.write({ resource: { google_project_iam_member: { one: member } } });

  const id = 'bench-project roles/viewer user:a@example.com';
  const refusal = await playground.refused('import', 'google_project_iam_member.one', id);

  expect(refusal).toContain('Cannot find binding for "project \\"bench-project\\"" with role "roles/viewer"');
});

/** Takes everything out of the state that can be imported, and answers how to import it again. */
async function forget(playground: Playground): Promise<NonNullable<Configuration['import']>> {
  const state = Object.entries(await playground.state()).filter(([address]) => !address.includes('bucket_object'));
  await playground.succeed('state', 'rm', ...state.map(([address]) => address));
  return state.map(([to, values]) => ({ to, id: importId(to, values) }));
}

function importId(address: string, values: Record<string, unknown>): string {
  const parent = { project: 'project', service_account: 'service_account_id', storage_bucket: 'bucket' }[
    /^google_(\w+)_iam_member\./.exec(address)?.[1] ?? ''
  ];
  if (parent === undefined) return String(values['id']);
  const [condition] = values['condition'] as { title: string }[];
  return [values[parent], values['role'], values['member'], condition?.title].filter(Boolean).join(' ');
}

function isGroupOfNewTemplate(address: string): boolean {
  return address.startsWith('google_compute_instance_group_manager.');
}
