import { expect, it } from 'vitest';

import { getMetadata, listInstances } from '../../src/google/compute-machines.ts';
import { googleHttp } from '../../src/google/http.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import { paths, properties } from '../conformance/cluster.ts';
import { openSession } from '../conformance/session.ts';

it('lists machines with what is read of them, and not with their metadata', async () => {
  const session = await openSession();
  await session.operation('POST', paths.instances, { name: 'vm', ...properties() });
  const http = googleHttp({
    endpoints: sandboxEndpoints(session.url),
    tokens: { token: () => Promise.resolve(session.token), describe: () => Promise.resolve('a test') },
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  });

  const [machine, ...others] = await listInstances(http, session.project, 'labels.a=b');
  const { items } = await getMetadata(http, session.project, 'us-central1-a', 'vm');

  expect(others).toEqual([]);
  expect(machine).toMatchObject({
    name: 'vm',
    status: 'RUNNING',
    labels: { a: 'b' },
    networkInterfaces: [{ networkIP: expect.any(String) }],
  });
  expect(machine).not.toHaveProperty('metadata');
  expect(items).toEqual([{ key: 'enable-oslogin', value: 'TRUE' }]);
});
