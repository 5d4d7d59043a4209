import { expect, it } from 'vitest';

import { paths, properties } from './cluster.ts';
import { openSession } from './session.ts';

it.each([
  ['items/name', { items: [{ name: 'vm-a' }, { name: 'vm-b' }] }],
  [
    'kind,items(name,disks/boot)',
    {
      kind: 'compute#instanceList',
      items: [
        { name: 'vm-a', disks: [{ boot: true }] },
        { name: 'vm-b', disks: [{ boot: true }] },
      ],
    },
  ],
  [
    'items/name,items/disks/boot',
    {
      items: [
        { name: 'vm-a', disks: [{ boot: true }] },
        { name: 'vm-b', disks: [{ boot: true }] },
      ],
    },
  ],
  [
    'items/scheduling/*,nothing',
    { items: [{ scheduling: expect.objectContaining({ preemptible: false }) }, expect.anything()] },
  ],
])('hold only the fields %s', async (fields, answer) => {
  const session = await openSession();
  for (const name of ['vm-a', 'vm-b']) await session.operation('POST', paths.instances, { name, ...properties() });

  const { body } = await session.call('GET', `${paths.instances}?fields=${encodeURIComponent(fields)}`);

  expect(body).toEqual(answer);
});

it('are given page by page, of aggregated lists too', async () => {
  const session = await openSession();
  for (const name of ['vm-a', 'vm-b']) await session.operation('POST', paths.instances, { name, ...properties() });
  const fields = encodeURIComponent('items/*/instances(name),nextPageToken');

  const { body } = await session.call(
    'GET',
    `/compute/v1/projects/{project}/aggregated/instances?maxResults=1&fields=${fields}`,
  );

  expect(body).toEqual({
    items: expect.objectContaining({ 'zones/us-central1-a': { instances: [{ name: 'vm-a' }] } }),
    nextPageToken: expect.any(String),
  });
});

it.each(['items(name', 'items/', ',', 'items)', 'a(b)c'])('are refused for fields=%s', async (fields) => {
  const session = await openSession();

  const { status, body } = await session.call('GET', `${paths.instances}?fields=${encodeURIComponent(fields)}`);

  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { errors: [{ reason: 'invalidParameter' }] } });
});
