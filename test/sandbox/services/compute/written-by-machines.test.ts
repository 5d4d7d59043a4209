import { describe, expect, it } from 'vitest';

import { paths, properties } from '../../../conformance/cluster.ts';
import { openSession } from '../../../conformance/session.ts';
import type { Session } from '../../../conformance/session.ts';

const one = `${paths.instances}/vm`;

async function start({ operation }: Session): Promise<void> {
  await operation('POST', paths.instances, { name: 'vm', ...properties() });
}

describe('what machines write', () => {
  it('is answered: guest attributes by namespace, 404 where there are none', async () => {
    const session = await openSession();
    await start(session);
    const none = await session.call('GET', `${one}/getGuestAttributes?queryPath=cluster-provision/`);
    const key = 'projects/conformance-project/zones/us-central1-a/instances/vm';
    session.world.store.put('guestAttributes', `${key}/cluster-provision/status`, { value: '{"state":"ready"}' });
    session.world.store.put('guestAttributes', `${key}/other/status`, { value: 'x' });

    const { body } = await session.call('GET', `${one}/getGuestAttributes?queryPath=cluster-provision/`);

    expect(none.status).toBe(404);
    expect(body.queryValue.items).toEqual([
      { namespace: 'cluster-provision', key: 'status', value: '{"state":"ready"}' },
    ]);
  });

  it('is handed out: the serial console from where the reader was', async () => {
    const session = await openSession();
    await start(session);
    const key = 'projects/conformance-project/zones/us-central1-a/instances/vm';
    session.world.store.put('serialPorts', key, { contents: 'grüße\nsecond\n', start: 100 });

    const all = (await session.call('GET', `${one}/serialPort`)).body;
    const rest = (await session.call('GET', `${one}/serialPort?start=${Number(all.start) + 8}`)).body;
    const none = (await session.call('GET', `${one}/serialPort?start=${all.next}`)).body;

    expect(all).toMatchObject({ contents: 'grüße\nsecond\n', start: '100', next: '115' });
    expect(rest.contents).toBe('second\n');
    expect(none).toMatchObject({ contents: '', start: '115', next: '115' });
  });
});
