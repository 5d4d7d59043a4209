/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { faultExamples } from '../../src/sandbox/fault-examples.ts';
import { createFaultPlan } from '../../src/sandbox/fault-plan.ts';
import { readFaultFile } from '../../src/sandbox/fault-file.ts';
import { serve } from './_support/serve.ts';
import type { Served } from './_support/serve.ts';
import { temporaryFolder } from './_support/temporary.ts';

const create = { method: 'POST', body: '{"name":"a-bucket"}' };

describe('rules for requests', () => {
  let sandbox: Served;
  beforeEach(async () => {
    sandbox = await serve();
  });

  it('answer in Google’s place before the work is done', async () => {
    sandbox.plan.replace([
      {
        match: { service: 'storage', method: 'POST', path: '/b\\?' },
        then: { status: 403, reason: 'forbidden', message: 'no', headers: { 'retry-after': '3' } },
      },
    ]);

    const response = await sandbox.ask('/storage/v1/b?project=my-project', create);

    expect(response.status).toBe(403);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toMatchObject({
      error: { code: 403, message: 'no', errors: [{ reason: 'forbidden' }] },
    });
    expect(sandbox.world.store.get('buckets', 'a-bucket')).toBeUndefined();
  });

  it('answer in Google’s place after the work is done', async () => {
    sandbox.plan.replace([{ match: { method: 'POST' }, then: { status: 503, when: 'after' } }]);

    const response = await sandbox.ask('/storage/v1/b?project=my-project', create);

    expect(response.status).toBe(503);
    expect(sandbox.world.store.get('buckets', 'a-bucket')).toBeDefined();
  });

  it.each([
    ['reset before the work', { reset: true }, false],
    ['reset after the work', { reset: 'after' }, true],
    ['dropped before the work', { drop: 'before' }, false],
    ['dropped after the work', { drop: 'after' }, true],
  ])('leave a connection without an answer: %s', async (_what, action, isDone) => {
    sandbox.plan.replace([{ match: { method: 'POST' }, then: action }]);

    await expect(sandbox.ask('/storage/v1/b?project=my-project', create)).rejects.toThrow('fetch failed');

    expect(sandbox.world.store.get('buckets', 'a-bucket') !== undefined).toBe(isDone);
    expect(sandbox.bugs).toEqual([]);
  });

  it('keep a client waiting until it gives up', async () => {
    sandbox.plan.replace([{ match: {}, then: { stall: 'before' } }]);

    const asked = sandbox.ask('/storage/v1/b?project=my-project', { signal: AbortSignal.timeout(60) });

    await expect(asked).rejects.toThrow('timeout');
  });

  it('delay an answer', async () => {
    sandbox.plan.replace([{ match: {}, then: { delay: 80 } }]);
    const began = performance.now();

    const response = await sandbox.ask('/storage/v1/b?project=my-project');

    expect(response.status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(75);
  });

  it('cut an answer off in its middle', async () => {
    await sandbox.ask('/storage/v1/b?project=my-project', create);
    await sandbox.ask('/upload/storage/v1/b/a-bucket/o?uploadType=media&name=x', {
      method: 'POST',
      body: 'x'.repeat(1000),
    });
    sandbox.plan.replace([{ match: { path: 'alt=media' }, then: { cutAfter: 100 } }]);

    const response = await sandbox.ask('/storage/v1/b/a-bucket/o/x?alt=media');

    expect(response.headers.get('content-length')).toBe('1000');
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  it.each([
    ['the nth request only', { match: { nth: 2 } }, [200, 503, 200, 200]],
    ['so many times', { times: 2 }, [503, 503, 200, 200]],
    ['every time', {}, [503, 503, 503, 503]],
    ['another method', { match: { method: 'delete' } }, [200, 200, 200, 200]],
    ['another principal', { match: { principal: '^serviceAccount:' } }, [200, 200, 200, 200]],
    ['another service', { match: { service: 'compute' } }, [200, 200, 200, 200]],
    ['an unescaped part of the query', { match: { path: 'project=my project' } }, [200, 200, 503, 200]],
  ])('hit %s', async (_what, rule, expected) => {
    sandbox.plan.replace([{ match: {}, then: { status: 503 }, ...rule }]);
    const paths = [
      '?project=aaaaaa',
      '?project=bbbbbb',
      '?prefix=x&project=cccccc&x=project%3Dmy+project',
      '?project=dddddd',
    ];
    const seen: number[] = [];

    for (const path of paths) seen.push((await sandbox.ask(`/storage/v1/b${path}`)).status);

    expect(seen).toEqual(expected);
  });
});

describe('the control API', () => {
  it('takes rules without a token, adds to them, counts them and takes them away', async () => {
    const sandbox = await serve();
    const control = `${sandbox.url}/_sandbox/faults`;

    const put = await fetch(control, { method: 'PUT', body: '[{"match": {"path": "/b/x"}, "then": {"status": 500}}]' });
    const hit = await sandbox.ask('/storage/v1/b/x');
    const added = await fetch(control, { method: 'POST', body: '{"stockout": {"zone": "us-central1-a"}}' });
    const cleared = await fetch(control, { method: 'DELETE' });
    const missed = await sandbox.ask('/storage/v1/b/x');

    expect([put.status, hit.status, cleared.status, missed.status]).toEqual([200, 500, 204, 404]);
    expect(await added.json()).toMatchObject([
      { rule: { match: { path: '/b/x' } }, matched: 1, fired: 1 },
      { rule: { stockout: { zone: 'us-central1-a' } }, fired: 0 },
    ]);
  });

  it('names what is wrong with a rule and keeps the ones before', async () => {
    const sandbox = await serve();
    sandbox.plan.replace([{ match: {}, then: { status: 500 } }]);

    const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: '[{"stokout": {}}]' });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('stokout');
    expect(sandbox.plan.list()).toHaveLength(1);
  });
});

describe('what services ask a plan', () => {
  it('is answered by the rules that match, as often as they say', () => {
    const plan = createFaultPlan([
      { stockout: { zone: 'us-central1-', machineType: '^a3-', zonesAvailable: ['us-east4-a'] }, times: 1 },
      { quota: { region: 'us-central1', metric: 'NVIDIA_H100_GPUS', limit: 8 } },
      { machine: { name: '-0002$', scriptFails: 7 } },
      { machine: { gpus: 7 } },
      { foreignFirewall: { network: '^train-net$' }, times: 1 },
      { operation: { type: 'delete', never: true } },
    ]);

    expect(plan.stockout('us-east4-a', 'a3-highgpu-8g')).toBeUndefined();
    expect(plan.stockout('us-central1-a', 'a3-highgpu-8g')).toEqual(
      expect.objectContaining({ zonesAvailable: ['us-east4-a'] }),
    );
    expect(plan.stockout('us-central1-a', 'a3-highgpu-8g')).toBeUndefined();
    expect(plan.quota('us-central1', 'NVIDIA_H100_GPUS')).toBe(8);
    expect(plan.quota('us-east4', 'NVIDIA_H100_GPUS')).toBeUndefined();
    expect(plan.machine('train-vm-0002')).toEqual({ scriptFails: 7 });
    expect(plan.machine('train-vm-0001')).toEqual({ gpus: 7 });
    expect(plan.foreignFirewall('train-net')?.name).toMatch(/^aet-/);
    expect(plan.foreignFirewall('train-net')).toBeUndefined();
    expect(plan.operation({ type: 'delete', target: 'x' })).toEqual({ never: true });
    expect(plan.operation({ type: 'insert', target: 'x' })).toBeUndefined();
  });
});

describe('what rules say is there already', () => {
  it('is a bucket of somebody else', async () => {
    const sandbox = await serve();

    await control(sandbox, [
      { strangersBucket: { name: 'theirs' } },
      { strangersBucket: { name: 'shown', readable: true } },
    ]);

    expect((await sandbox.ask('/storage/v1/b/theirs')).status).toBe(403);
    expect((await sandbox.ask('/storage/v1/b/shown')).status).toBe(200);
    expect((await sandbox.ask('/storage/v1/b/shown/o')).status).toBe(200);
    expect((await sandbox.ask('/storage/v1/b/shown', { method: 'DELETE' })).status).toBe(403);
  });

  it('is a lock that a dead run left: as soon as there is a bucket, and only once', async () => {
    const sandbox = await serve();
    const rules = [{ leftLock: { bucket: 'a-bucket', object: 'd/default.tflock', who: 'me@gone' } }];
    const path = '/storage/v1/b/a-bucket/o/d%2Fdefault.tflock';

    await control(sandbox, rules);
    await sandbox.ask('/storage/v1/b?project=my-project', create);
    const lock = await sandbox.json(`${path}?alt=media`);
    await sandbox.ask(path, { method: 'DELETE' });
    await control(sandbox, rules);

    expect(lock).toMatchObject({ Who: 'me@gone', Path: 'gs://a-bucket/d/default.tflock' });
    expect((await sandbox.ask(path)).status).toBe(404);
  });
});

describe('the examples in the documentation', () => {
  it.each(Object.entries(faultExamples))('can be read: %s', (subject, { example }) => {
    const file = join(temporaryFolder(), 'faults.yaml');
    writeFileSync(file, example);

    const rules = readFaultFile(file);

    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !(subject in rule))).toEqual([]);
  });
});

describe('readFaultFile', () => {
  it('reads rules in YAML', () => {
    const file = join(temporaryFolder(), 'faults.yaml');
    writeFileSync(file, '# no room anywhere\n- stockout: { machineType: ^a3- }\n  times: 2\n');

    expect(readFaultFile(file)).toEqual([{ stockout: { machineType: '^a3-', zonesAvailable: [] }, times: 2 }]);
  });

  it.each([
    ['a rule that nobody knows', '- rain: true', 'rain'],
    ['a pattern that is none', '- match: { path: "(" }\n  then: { delay: 1 }', '[0].match.path'],
    ['an action that nobody knows', '- match: {}\n  then: { explode: 1 }', 'expected one of status, delay'],
    ['no YAML', '- [', 'Flow sequence'],
  ])('refuses %s with the reason', (_what, text, reason) => {
    const file = join(temporaryFolder(), 'faults.yaml');
    writeFileSync(file, text);

    expect(() => readFaultFile(file)).toThrow(
      expect.objectContaining({ code: 'SANDBOX_FAULTS_WRONG', message: expect.stringContaining(reason) }),
    );
  });
});

async function control(sandbox: Served, rules: object[]): Promise<void> {
  const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(rules) });
  expect(response.status).toBe(200);
}
