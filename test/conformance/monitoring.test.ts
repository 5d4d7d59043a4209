import { expect, it } from 'vitest';

import { openSession } from './session.ts';

const dashboards = '/monitoring.googleapis.com/v1/projects/{project}/dashboards';
const body = {
  displayName: 'one',
  labels: { 'cluster-provision': 'x' },
  gridLayout: { columns: '2', widgets: [{ title: 'GPU', text: { content: 'x', format: 'MARKDOWN' } }] },
};

it('names dashboards by the number of the project and finds them by it', async () => {
  const { call } = await openSession();

  const made = await call('POST', dashboards, body);
  const read = await call('GET', `/monitoring.googleapis.com/v1/${made.body.name}`);

  expect(made.body.name).toMatch(/^projects\/\d+\/dashboards\/[0-9a-f-]{36}$/);
  expect(read.body).toEqual(made.body);
  expect(read.body).toMatchObject(body);
});

it('refuses to change a dashboard that somebody else changed, and lists and deletes it', async () => {
  const { call } = await openSession();
  const made = (await call('POST', dashboards, body)).body;
  const path = `/monitoring.googleapis.com/v1/${made.name}`;

  const changed = await call('PATCH', path, { ...made, displayName: 'two' });
  const stale = await call('PATCH', path, { ...made, displayName: 'three' });
  const listed = await call('GET', dashboards);
  await call('DELETE', path);

  expect(changed.body.displayName).toBe('two');
  expect(stale.status).toBe(409);
  expect(listed.body.dashboards).toMatchObject([{ displayName: 'two' }]);
  expect((await call('GET', path)).status).toBe(404);
});
