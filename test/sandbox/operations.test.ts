import { describe, expect, it } from 'vitest';

import { poll } from '../../src/core/poll.ts';
import { OperationError } from '../../src/sandbox/operation-error.ts';
import { longRunningRoutes } from '../../src/sandbox/operation-routes.ts';
import type { ComputeOperation, LongRunningOperation } from '../../src/sandbox/operations.ts';
import { ApiError, defineService } from '../../src/sandbox/service.ts';
import type { World } from '../../src/sandbox/service.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { serve } from './_support/serve.ts';
import type { Served } from './_support/serve.ts';
import { steppedClock } from './_support/stepped-clock.ts';

const host = 'file.googleapis.com';
const zone = 'zones/us-central1-a';
const insert = {
  project: 'my-project',
  scope: zone,
  operationType: 'insert',
  targetLink: 'https://www.googleapis.com/compute/v1/projects/my-project/zones/us-central1-a/disks/d',
  targetId: '77',
  user: 'user:operator@sandbox.test',
} as const;

let rounds = 0;
const file = defineService({
  host,
  mount: `/${host}`,
  notModelled: [],
  routes: longRunningRoutes(host),
  effects: {
    'test.note': ({ store }: World, args: { key: string }) => {
      store.put('notes', args.key, args);
      return { '@type': 'note', ...args };
    },
    'test.refuse': () => {
      throw new ApiError(400, 'resourceInUseByAnotherResource', 'The network is in use');
    },
    'test.exhaust': () => {
      throw new OperationError('ZONE_RESOURCE_POOL_EXHAUSTED', 'no room', [{ errorInfo: { reason: 'stockout' } }], 503);
    },
    'test.patience': () => {
      rounds += 1;
      return rounds < 3 ? { again: 1 } : undefined;
    },
  },
});

describe('operations of Compute Engine', () => {
  it('are PENDING at first, then RUNNING, then DONE, and only then have their effect', async () => {
    const clock = steppedClock();
    const sandbox = await serve({ services: [file], latency: 100, clock });

    const started = sandbox.world.operations.compute({ ...insert, effect: { name: 'test.note', args: { key: 'a' } } });
    await clock.advance(50);
    const running = await get(sandbox, started);
    const noteWhileRunning = sandbox.world.store.get('notes', 'a');
    await clock.advance(50);
    const done = await get(sandbox, started);

    expect(started).toMatchObject({ status: 'PENDING', progress: 0, targetId: '77', user: 'operator@sandbox.test' });
    expect(running).toMatchObject({ status: 'RUNNING', startTime: '1970-01-01T00:00:00.025Z' });
    expect(noteWhileRunning).toBeUndefined();
    expect(done).toMatchObject({ status: 'DONE', progress: 100, targetLink: insert.targetLink });
    expect(done.zone).toMatch(/\/compute\/v1\/projects\/my-project\/zones\/us-central1-a$/);
    expect(sandbox.world.store.get('notes', 'a')).toEqual({ key: 'a' });
    expect(Object.keys(done).filter((key) => key.startsWith('_'))).toEqual([]);
  });

  it.each([
    ['a refusal', 'test.refuse', 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', 400, 'BAD REQUEST'],
    ['an operation error', 'test.exhaust', 'ZONE_RESOURCE_POOL_EXHAUSTED', 503, 'SERVICE UNAVAILABLE'],
  ])('end with the error of %s', async (_what, name, code, status, text) => {
    const sandbox = await serve({ services: [file] });

    const done = await wait(sandbox, sandbox.world.operations.compute({ ...insert, effect: { name, args: {} } }));

    expect(done.error?.errors[0]?.code).toBe(code);
    expect(done).toMatchObject({ status: 'DONE', httpErrorStatusCode: status, httpErrorMessage: text });
  });

  it('go on until their effect is content', async () => {
    rounds = 0;
    const sandbox = await serve({ services: [file] });

    const done = await wait(
      sandbox,
      sandbox.world.operations.compute({ ...insert, effect: { name: 'test.patience', args: {} } }),
    );

    expect([done.status, rounds]).toEqual(['DONE', 3]);
  });

  it('are finished by the next process when theirs ended before', async () => {
    const store = createStore(() => Date.now());
    const first = await serve({ services: [file], store, latency: 300 });
    const started = first.world.operations.compute({ ...insert, effect: { name: 'test.note', args: { key: 'late' } } });
    await first.close();

    const second = await serve({ services: [file], store, latency: 300 });
    const done = await wait(second, started);

    expect(done.status).toBe('DONE');
    expect(store.get('notes', 'late')).toEqual({ key: 'late' });
  });

  it('are listed, and unknown ones are 404', async () => {
    const sandbox = await serve();
    const { name } = sandbox.world.operations.compute(insert);

    const listed = await sandbox.json<{ items: { name: string }[] }>(
      `/compute/v1/projects/my-project/${zone}/operations`,
    );
    const missing = await sandbox.ask(`/compute/v1/projects/my-project/${zone}/operations/operation-0`);

    expect(listed.items.map((item) => item.name)).toEqual([name]);
    expect(missing.status).toBe(404);
  });

  it.each([
    [
      'an error',
      { error: { code: 'QUOTA_EXCEEDED', message: 'too many' } },
      { error: { errors: [{ code: 'QUOTA_EXCEEDED' }] } },
    ],
    ['another duration', { latency: 0 }, { status: 'DONE' }],
  ])('have %s when the fault plan says so', async (_what, operation, expected) => {
    const sandbox = await serve({ services: [file], latency: 50 });
    sandbox.plan.replace([{ operation: { type: 'insert', target: '/disks/', ...operation } }]);

    const started = sandbox.world.operations.compute({ ...insert, effect: { name: 'test.note', args: { key: 'x' } } });

    expect(await wait(sandbox, started)).toMatchObject(expected);
    expect(sandbox.world.store.get('notes', 'x') === undefined).toBe('error' in operation);
  });

  it('never end when the fault plan says so', async () => {
    const clock = steppedClock();
    const sandbox = await serve({ latency: 100, clock });
    sandbox.plan.replace([{ operation: { never: true } }]);

    const started = sandbox.world.operations.compute(insert);
    await clock.advance(1_800_000);

    expect(await get(sandbox, started)).toMatchObject({ status: 'RUNNING' });
  });
});

describe('long-running operations', () => {
  const input = {
    host,
    parent: 'projects/my-project/locations/us-central1',
    metadata: { verb: 'create', target: 'projects/my-project/x' },
  };

  it('end with the response that their effect makes', async () => {
    const sandbox = await serve({ services: [file] });

    const { name, done } = sandbox.world.operations.longRunning({
      ...input,
      effect: { name: 'test.note', args: { key: 'fs' } },
    });
    const finished = await poll(() => finishedOperation(sandbox, name), { every: 5, timeout: 5_000 });

    expect(done).toBe(false);
    expect(name).toMatch(/^projects\/my-project\/locations\/us-central1\/operations\//);
    expect(finished).toMatchObject({ name, response: { '@type': 'note', key: 'fs' }, metadata: { verb: 'create' } });
  });

  it('end with a google.rpc.Status when it is refused', async () => {
    const sandbox = await serve({ services: [file] });

    const { name } = sandbox.world.operations.longRunning({ ...input, effect: { name: 'test.exhaust', args: {} } });
    const finished = await poll(() => finishedOperation(sandbox, name), { every: 5, timeout: 5_000 });

    expect(finished?.error).toMatchObject({ code: 14, message: 'no room' });
    expect(finished?.response).toBeUndefined();
  });
});

function get(sandbox: Served, { name }: ComputeOperation): Promise<ComputeOperation> {
  return sandbox.json(`/compute/v1/projects/my-project/${zone}/operations/${name}`);
}

function wait(sandbox: Served, { name }: ComputeOperation): Promise<ComputeOperation> {
  return sandbox.json(`/compute/v1/projects/my-project/${zone}/operations/${name}/wait`, { method: 'POST' });
}

async function finishedOperation(sandbox: Served, name: string): Promise<LongRunningOperation | undefined> {
  const operation = await sandbox.json<LongRunningOperation>(`/${host}/v1/${name}`);
  return operation.done ? operation : undefined;
}
