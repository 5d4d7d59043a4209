import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';
import type { Answer, Session } from './session.ts';

const shares = '/file.googleapis.com/v1/projects/{project}/locations/us-central1-a/instances';
const share = {
  tier: 'BASIC_HDD',
  fileShares: [{ name: 'share1', capacityGb: 1024 }],
  networks: [{ network: 'default', modes: ['MODE_IPV4'] }],
  labels: { a: 'b' },
};

async function finished({ call }: Session, started: Answer): Promise<Answer['body']> {
  expect(started.status).toBe(200);
  const path = `/file.googleapis.com/v1/${started.body.name}`;
  await expect.poll(async () => (await call('GET', path)).body.done, { interval: 5 }).toBe(true);
  return (await call('GET', path)).body;
}

describe('filestore', () => {
  it('has an address once its operation has ended', async () => {
    const session = await openSession();

    const started = await session.call('POST', `${shares}?instanceId=nfs`, share);
    const operation = await finished(session, started);
    const { body } = await session.call('GET', `${shares}/nfs`);

    expect(started.body.name).toMatch(/^projects\/conformance-project\/locations\/us-central1-a\/operations\//);
    expect(operation.response).toMatchObject({ state: 'READY' });
    expect(body).toMatchObject({
      name: 'projects/conformance-project/locations/us-central1-a/instances/nfs',
      state: 'READY',
      fileShares: [{ name: 'share1', capacityGb: '1024' }],
      networks: [{ network: 'default', ipAddresses: [expect.stringMatching(/^10\./)], connectMode: 'DIRECT_PEERING' }],
    });
  });

  it('is listed over all locations, changed by a mask, and gone when it is deleted', async () => {
    const session = await openSession();
    await finished(session, await session.call('POST', `${shares}?instanceId=nfs`, share));

    await finished(
      session,
      await session.call('PATCH', `${shares}/nfs?updateMask=description`, {
        description: 'two',
        labels: { lost: 'x' },
      }),
    );
    const listed = await session.call('GET', '/file.googleapis.com/v1/projects/{project}/locations/-/instances');
    await finished(session, await session.call('DELETE', `${shares}/nfs`));

    expect(listed.body.instances).toMatchObject([{ description: 'two', labels: { a: 'b' } }]);
    expect((await session.call('GET', `${shares}/nfs`)).status).toBe(404);
  });

  it('gives each share a range of its own', async () => {
    const session = await openSession();
    await finished(session, await session.call('POST', `${shares}?instanceId=one`, share));
    await finished(session, await session.call('POST', `${shares}?instanceId=two`, share));

    const { body } = await session.call('GET', shares);

    const ranges = body.instances.map(
      (one: { networks: { reservedIpRange: string }[] }) => one.networks[0]?.reservedIpRange,
    );
    expect(new Set(ranges).size).toBe(2);
  });

  it.each([
    ['an unknown tier', { ...share, tier: 'GOLD' }],
    ['too small a capacity', { ...share, fileShares: [{ name: 'share1', capacityGb: 100 }] }],
    ['a missing network', { ...share, networks: [{ network: 'none' }] }],
    ['a regional tier in a zone', { ...share, tier: 'ENTERPRISE' }],
  ])('refuses %s', async (_what, body) => {
    const { call } = await openSession();

    expect((await call('POST', `${shares}?instanceId=nfs`, body)).status).toBe(400);
  });

  it('keeps its network from being deleted', async () => {
    const session = await openSession();
    await finished(session, await session.call('POST', `${shares}?instanceId=nfs`, share));

    const { status, body } = await session.call('DELETE', '/compute/v1/projects/{project}/global/networks/default');

    expect(status).toBe(400);
    expect(body.error.errors[0].reason).toBe('resourceInUseByAnotherResource');
  });

  it('has never been when its operation ends in an error', async () => {
    const session = await openSession();
    const error = { code: 'RESOURCE_EXHAUSTED', message: 'no capacity', status: 429 };
    session.faults.replace([{ operation: { type: 'create', error } }]);

    const operation = await finished(session, await session.call('POST', `${shares}?instanceId=nfs`, share));

    expect(operation.error).toMatchObject({ code: 8, message: 'no capacity' });
    expect((await session.call('GET', `${shares}/nfs`)).status).toBe(404);
  });
});
