/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { beforeEach, describe, expect, it } from 'vitest';

import { compute } from '../../src/sandbox/services/compute/service.ts';
import { serve } from './_support/serve.ts';
import type { Served } from './_support/serve.ts';

const networks = '/compute/v1/projects/my-project/global/networks';
const marked = {
  name: 'ours',
  autoCreateSubnetworks: false,
  description: 'cluster-provision demo 11111111-2222-4333-8444-555555555555',
};
let sandbox: Served;

function make(body: object): Promise<Response> {
  return sandbox.ask(networks, { method: 'POST', body: JSON.stringify(body) });
}
function advance(ms: number): Promise<Response> {
  return sandbox.ask('/_sandbox/clock', { method: 'POST', body: JSON.stringify({ advance: ms }) });
}

beforeEach(async () => {
  // A minute for each operation: nobody waits for it.
  sandbox = await serve({ services: [compute], latency: 60_000 });
});

describe('the clock', () => {
  it('ends operations before their time when it is put forward, and tells the new time to everybody', async () => {
    const before = Date.now();
    const { selfLink } = (await (await make(marked)).json()) as { selfLink: string };

    await advance(15_000);
    await advance(60_000);
    const operation = await sandbox.ask(new URL(selfLink).pathname);

    expect(await operation.json()).toMatchObject({ status: 'DONE' });
    expect(Date.parse(operation.headers.get('date') ?? '')).toBeGreaterThan(before + 73_000);
  });

  it('does not go back', async () => {
    expect((await advance(-1)).status).toBe(400);
  });
});

describe('the ledger', () => {
  it('says what exists and whose it is: resources, grants, buckets and objects', async () => {
    await make(marked);
    await sandbox.ask('/storage/v1/b?project=my-project', { method: 'POST', body: '{"name":"a-bucket"}' });
    await sandbox.ask('/upload/storage/v1/b/a-bucket/o?uploadType=media&name=x/y.txt', { method: 'POST', body: 'z' });

    const found = await sandbox.json<object[]>('/_sandbox/ledger?project=my-project');
    const elsewhere = await sandbox.json<object[]>('/_sandbox/ledger?project=another-project');

    expect(found).toEqual(
      expect.arrayContaining([
        {
          kind: 'networks',
          name: 'projects/my-project/global/networks/ours',
          uuid: '11111111-2222-4333-8444-555555555555',
        },
        { kind: 'buckets', name: 'a-bucket' },
        { kind: 'objects', name: 'a-bucket/x/y.txt' },
      ]),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe('rules', () => {
  it('count for a while only, by the sandbox’s clock', async () => {
    sandbox.plan.replace([{ match: { service: 'storage' }, then: { status: 503 }, until: 600_000 }]);

    const during = await sandbox.ask('/storage/v1/b?project=my-project');
    await advance(600_000);
    const afterwards = await sandbox.ask('/storage/v1/b?project=my-project');

    expect([during.status, afterwards.status]).toEqual([503, 200]);
  });

  it('can be about changes alone, of which a question is none', async () => {
    sandbox.plan.replace([{ match: { changes: true }, then: { status: 503 } }]);

    const list = await sandbox.ask(networks);
    const change = await make(marked);

    expect([list.status, change.status]).toEqual([200, 503]);
  });

  it('let somebody else take a name a moment before', async () => {
    sandbox.plan.replace([{ match: { changes: true }, then: { taken: true }, times: 1 }]);

    const refused = await make(marked);
    const found = await sandbox.json<{ kind: string; name: string }[]>('/_sandbox/ledger?project=my-project');

    expect(refused.status).toBe(409);
    expect(found).toContainEqual({ kind: 'networks', name: 'projects/my-project/global/networks/ours' });
  });

  it('let the bytes of an answer drip', async () => {
    const whole = await (await sandbox.ask('/storage/v1/b?project=my-project')).text();
    sandbox.plan.replace([{ match: {}, then: { slow: whole.length * 5 } }]);
    const began = performance.now();

    const slow = await (await sandbox.ask('/storage/v1/b?project=my-project')).text();

    expect(slow).toBe(whole);
    expect(performance.now() - began).toBeGreaterThan(150);
  });
});
