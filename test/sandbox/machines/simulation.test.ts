import { readdirSync } from 'node:fs';

import { afterEach, expect, it } from 'vitest';

import { startCloud } from '../../guest/_support/cloud.ts';
import type { Cloud } from '../../guest/_support/cloud.ts';
import { makeCopy } from '../../guest/_support/copy.ts';

let cloud: Cloud;
afterEach(() => cloud[Symbol.asyncDispose]());

const a2 = { machineType: 'zones/us-central1-a/machineTypes/a2-highgpu-2g' };
const metadata = { 'cp-gpu-count': '2', 'cp-ops-agent': 'yes' };

it('reports for a thousand machines within seconds, and starts nothing', async () => {
  cloud = await startCloud({ mode: 'off' });
  for (let index = 0; index < 1_000; index += 1) cloud.put(`vm-${index}`, metadata, a2);
  const began = Date.now();
  await cloud.machines.settled();

  expect(Date.now() - began).toBeLessThan(10_000);
  expect(cloud.attribute('vm-999', 'status')).toMatchObject({ state: 'ready', duty: 'startup-command' });
  expect(cloud.attribute('vm-999', 'drivers')).toMatchObject({ state: 'done', detail: '2 GPUs, driver 570.172.08' });
  expect(cloud.attribute('vm-999', 'ops-agent')).toMatchObject({ state: 'done' });
  expect(cloud.attribute('vm-999', 'ray')).toMatchObject({ state: 'skipped' });
  expect(readdirSync(cloud.dir)).toEqual([]);
});

it('says how many files the copy has, and follows a new one', async () => {
  cloud = await startCloud({ mode: 'off' });
  const first = await cloud.offer(await makeCopy([{ path: 'a', text: 'aaa' }]), '/opt/data');
  cloud.put('vm-1', first);
  await cloud.machines.settled();
  expect(cloud.attribute('vm-1', 'files')).toMatchObject({
    state: 'done',
    detail: '1 file, 3 B',
    manifest: first['cp-files-sha256'],
  });

  const second = await cloud.offer(
    await makeCopy([
      { path: 'a', text: 'aaa' },
      { path: 'b', text: 'b'.repeat(1_500) },
    ]),
    '/opt/data',
  );
  cloud.put('vm-1', second);
  await cloud.machines.settled();

  expect(cloud.attribute('vm-1', 'files')).toMatchObject({
    detail: '2 files, 1.5 kB',
    manifest: second['cp-files-sha256'],
  });
});

it('takes what a machine has said away with its instance', async () => {
  cloud = await startCloud({ mode: 'off' });
  cloud.put('vm-1', metadata, a2);
  await cloud.machines.settled();

  await cloud.delete('vm-1');

  expect(cloud.world.store.list('guestAttributes')).toEqual([]);
});

it('waits for an instance to run', async () => {
  cloud = await startCloud({ mode: 'off' });
  cloud.put('vm-1', metadata, { ...a2, status: 'STAGING' });
  await cloud.machines.settled();
  expect(cloud.attribute('vm-1', 'status')).toBeUndefined();

  cloud.put('vm-1', metadata, a2);
  await cloud.machines.settled();

  expect(cloud.attribute('vm-1', 'status')).toMatchObject({ state: 'ready' });
});

it('obeys the faults: silent, failing, and short of GPUs', async () => {
  const faults = new Map([
    ['vm-silent', { silent: true }],
    ['vm-fails', { scriptFails: 5 }],
    ['vm-short', { gpus: 1 }],
  ]);
  cloud = await startCloud({ mode: 'off', faults: { machine: (name) => faults.get(name) ?? {} } });
  for (const name of faults.keys()) cloud.put(name, metadata, a2);
  await cloud.machines.settled();

  expect(cloud.attribute('vm-silent', 'status')).toBeUndefined();
  expect(cloud.attribute('vm-fails', 'status')).toMatchObject({ state: 'failed', duty: 'startup-command' });
  expect(cloud.attribute('vm-fails', 'startup-command')).toMatchObject({ code: 5, detail: 'ended with code 5' });
  expect(cloud.attribute('vm-short', 'status')).toMatchObject({ state: 'failed', duty: 'drivers' });
  expect(cloud.attribute('vm-short', 'drivers')).toMatchObject({ detail: 'nvidia-smi shows 1 GPU, 2 expected' });
});
