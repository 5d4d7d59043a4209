import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { wallClock } from '../../src/core/clock.ts';
import { isFault } from '../../src/core/faults.ts';
import { userAndHost } from '../../src/core/who.ts';
import { getObject, putText } from '../../src/google/storage.ts';
import { freeLock, readLock, unlock } from '../../src/terraform/lock.ts';
import { valueOf } from '../../src/terraform/runner.ts';
import type { Result } from '../../src/terraform/runner.ts';
import { fastClock } from './fast-clock.ts';
import { openCloud } from './cloud-desk.ts';
import type { CloudDesk } from './cloud-desk.ts';
import { realTerraform } from './workbench.ts';
import type { Changes, Workbench } from './workbench.ts';

// Real terraform, its real gcs backend, and the sandbox's Cloud Storage with faults: the measured situations M5 to M15.
const folder = 'demo-deployment';
const place = { bucket: 'state', folder };
const stateObject = `${folder}/terraform/state/default.tfstate`;
const lockObject = `${folder}/terraform/state/default.tflock`;

async function openBench(desk: CloudDesk, changes: Changes = {}): Promise<Workbench> {
  const bench = await realTerraform({ cloud: desk.cloud, ...changes });
  await bench.work.writeStack({
    configuration: {
      terraform: { backend: { gcs: { bucket: 'state', prefix: `${folder}/terraform/state` } } },
      resource: { terraform_data: { machine: { count: 2 } } },
    },
    variables: {},
  });
  valueOf(await bench.terraform.init());
  return bench;
}

function faultOf(result: Result<unknown>): { code: string; message: string } {
  if (result.ok) throw new Error('it worked');
  return { code: result.fault.code, message: result.fault.message };
}

function lockOf(who: string, created: Date): string {
  const fields = { ID: '1-2-3', Operation: 'OperationTypeApply', Info: '', Who: who, Version: '1.11.4', Path: '' };
  return JSON.stringify({ ...fields, Created: created.toISOString() });
}

it('keeps the state in the bucket and leaves no lock behind', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);

  valueOf(await bench.terraform.apply({ fresh: true }));

  expect(await getObject(desk.http, 'state', stateObject)).toBeDefined();
  expect(await readLock(desk.http, place)).toBeUndefined();
  expect(valueOf(await bench.terraform.list())).toHaveLength(2);
});

it('names the run that holds the lock, and takes off only the lock that was looked at', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const text = lockOf('kim@laptop', new Date(Date.now() - 3_700_000));
  await putText(desk.http, { bucket: 'state', name: lockObject, text });

  const refused = await bench.terraform.apply({ fresh: true });
  const held = await readLock(desk.http, place);
  await putText(desk.http, { bucket: 'state', name: lockObject, text });
  const late = held && (await unlock(desk.http, place, held));
  const now = await readLock(desk.http, place);
  const taken = now && (await unlock(desk.http, place, now));
  const after = await bench.terraform.apply({ fresh: true });

  expect(faultOf(refused)).toEqual({
    code: 'LOCK_HELD',
    message: expect.stringMatching(/^deployment demo is locked by kim@laptop since \S+ \(1h01m ago\), doing apply$/),
  });
  expect(held).toMatchObject({ who: 'kim@laptop', operation: 'OperationTypeApply' });
  expect([late, taken]).toEqual([false, true]);
  expect(after.ok).toBe(true);
});

it('waits for another run, and goes on when that one ends', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk, { lockTimeoutSeconds: 20 });
  await putText(desk.http, { bucket: 'state', name: lockObject, text: lockOf('kim@laptop', new Date()) });
  setTimeout(() => void readLock(desk.http, place).then((lock) => lock && unlock(desk.http, place, lock)), 2_000);

  const result = await bench.terraform.apply({ fresh: true });

  expect(result.ok).toBe(true);
});

it('saves the state again after a 503 at which terraform gives up', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const path = `name=${stateObject}`;
  desk.refuse({ method: 'POST', path }, { status: 503 }, 1);

  const result = await bench.terraform.apply({ fresh: true });

  expect(desk.faults.list()[0]?.fired).toBe(1);
  expect(result.ok).toBe(true);
  expect(valueOf(await bench.terraform.list())).toHaveLength(2);
  await expect(readFile(bench.work.file('errored.tfstate'))).rejects.toThrow('ENOENT');
});

it('saves the state again although its own lock could not be given back either', async () => {
  const desk = await openCloud();
  const owner = { run: '0badcafe', who: userAndHost() };
  const free = (since: number): Promise<boolean> => freeLock(desk.http, place, { ...owner, since });
  await using bench = await openBench(desk, { freeLock: free, clock: wallClock });
  desk.refuse({ method: 'POST', path: `name=${stateObject}` }, { status: 503 }, 1);
  desk.refuse({ method: 'DELETE', path: 'default.tflock' }, { status: 403, reason: 'forbidden', message: 'no' }, 1);

  const result = await bench.terraform.apply({ fresh: true });

  expect(result.ok).toBe(true);
  expect(await readLock(desk.http, place)).toBeUndefined();
  expect(await readFile(bench.terraform.log, 'utf8')).not.toContain('saving the state again (2)');
});

it('asks again when the lock vanishes between the refusal and the look at it', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk, { lockTimeoutSeconds: 0 });
  // The other run's lock: refused by it once, and gone when terraform reads it.
  const message = 'At least one of the pre-conditions you specified did not hold.';
  const refusal = { status: 412, reason: 'conditionNotMet', message };
  desk.refuse({ method: 'POST', path: `name=${lockObject}` }, refusal, 1);

  const result = await bench.terraform.apply({ fresh: true });

  expect(result.ok).toBe(true);
  expect(await readFile(bench.terraform.log, 'utf8')).toContain("storage: object doesn't exist");
});

it('says that the work is done when only the lock cannot be given back', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  desk.refuse({ method: 'DELETE', path: 'default.tflock' }, { status: 403, reason: 'forbidden', message: 'not today' });

  const result = await bench.terraform.apply({ fresh: true });
  desk.faults.replace([]);

  expect(faultOf(result)).toEqual({
    code: 'UNLOCK_FAILED',
    message: expect.stringContaining('the work is done, but the lock of demo could not be taken off'),
  });
  expect(await getObject(desk.http, 'state', stateObject)).toBeDefined();
  expect(await readLock(desk.http, place)).toBeDefined();
});

it.each([
  ['was given back, although nobody heard of it', { status: 404, reason: 'notFound', when: 'after' as const }],
  ['stayed, and we can take it off', { status: 403, reason: 'forbidden', message: 'not today' }],
])('is content with a lock that %s', async (_what, refusal) => {
  const desk = await openCloud();
  const owner = { run: '0badcafe', who: userAndHost() };
  const free = (since: number): Promise<boolean> => freeLock(desk.http, place, { ...owner, since });
  await using bench = await openBench(desk, { freeLock: free, clock: wallClock });
  desk.refuse({ method: 'DELETE', path: 'default.tflock' }, refusal, 1);

  const result = await bench.terraform.apply({ fresh: true });

  expect(result.ok).toBe(true);
  expect(await readLock(desk.http, place)).toBeUndefined();
});

it('ends a terraform that would ask for its lock back for ever', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk, { clock: fastClock(30) });
  desk.refuse({ method: 'DELETE', path: 'default.tflock' }, { status: 503 });

  const result = await bench.terraform.apply({ fresh: true });

  expect(faultOf(result).code).toBe('UNLOCK_FAILED');
  expect(result).toMatchObject({ end: { starved: 'giving back the lock' } });
  expect(await getObject(desk.http, 'state', stateObject)).toBeDefined();
});

it('puts a state that cannot be saved at all where the next run finds it', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const stop = new AbortController();
  const path = `name=${stateObject}`;
  desk.refuse({ method: 'POST', path }, { status: 503 });
  const onProgress = (): void => stop.abort();

  const result = await bench.terraform.apply({ fresh: true, stop: stop.signal, onProgress });

  expect(isFault(result.ok ? undefined : result.fault, 'STATE_NOT_SAVED')).toBe(true);
  expect(faultOf(result).message).toContain(bench.work.file('errored.tfstate'));
  expect(JSON.parse(await readFile(bench.work.file('errored.tfstate'), 'utf8'))).toMatchObject({ version: 4 });
});
