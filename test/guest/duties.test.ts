import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { startCloud } from './_support/cloud.ts';
import type { Cloud } from './_support/cloud.ts';

let cloud: Cloud;
afterEach(() => cloud[Symbol.asyncDispose]());

const h100 = { machineType: 'zones/us-central1-a/machineTypes/a3-highgpu-8g' };

it('says ready of a machine that has nothing to do', async () => {
  cloud = await startCloud({ roots: 'plain' });
  cloud.put('vm-1', {});

  const { status, duty, boot } = await cloud.reported('vm-1');

  expect({ status, duty }).toEqual({ status: 'ready', duty: 'startup-command' });
  expect(boot).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  const duties = ['local-ssd', 'mounts', 'drivers', 'files', 'ops-agent', 'notebook', 'ray', 'startup-command'];
  expect(duties.map((name) => cloud.attribute('vm-1', name)?.state)).toEqual(duties.map(() => 'skipped'));
});

it('makes one volume of all local SSDs, counts the GPUs, and finds the services of the image running', async () => {
  cloud = await startCloud({ roots: 'plain' });
  cloud.put(
    'vm-1',
    {
      'cp-gpu-count': '8',
      'cp-local-ssd-count': '16',
      'cp-ops-agent': 'yes',
      'cp-notebook': 'yes',
      'proxy-url': 'abc.notebooks.example',
    },
    h100,
  );

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'local-ssd')).toMatchObject({
    state: 'done',
    detail: '16 local SSDs at /mnt/localssd',
  });
  expect(cloud.attribute('vm-1', 'local-ssd')?.tail).toContain('array');
  expect(cloud.attribute('vm-1', 'drivers')).toMatchObject({ state: 'done', detail: '8 GPUs, driver 570.172.08' });
  expect(cloud.attribute('vm-1', 'ops-agent')).toMatchObject({ state: 'done', detail: 'running, GPU metrics by DCGM' });
  expect(readFileSync(join(cloud.root('vm-1'), 'etc/google-cloud-ops-agent/config.yaml'), 'utf8')).toContain(
    'type: dcgm',
  );
  expect(cloud.attribute('vm-1', 'notebook')).toMatchObject({
    state: 'done',
    detail: 'running, https://abc.notebooks.example',
  });
});

it('says which GPUs are missing, and does not run the command of the user on such a machine', async () => {
  cloud = await startCloud({ roots: 'plain', faults: { machine: () => ({ gpus: 7 }) } });
  cloud.put('vm-1', { 'cp-gpu-count': '8' }, h100);

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'drivers' });
  const report = cloud.attribute('vm-1', 'drivers');
  expect(report).toMatchObject({ state: 'failed', code: 1, detail: 'nvidia-smi shows 7 GPUs, 8 expected' });
  expect(report?.tail).toContain('GPU 6:');
  expect(cloud.attribute('vm-1', 'startup-command')).toMatchObject({
    state: 'skipped',
    detail: 'not run: drivers failed',
  });
});

it('fails where there are fewer local SSDs than the machine should have', async () => {
  cloud = await startCloud({ roots: 'plain' });
  cloud.put('vm-1', { 'cp-local-ssd-count': '2' }, { disks: [{ type: 'SCRATCH' }] });

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'local-ssd' });
  expect(cloud.attribute('vm-1', 'local-ssd')?.detail).toBe('2 local SSDs expected, 1 found');
});

it('makes the volume of local SSDs anew when a stop of the machine has taken its data', async () => {
  cloud = await startCloud({ roots: 'plain' });
  const metadata = { 'cp-local-ssd-count': '16' };
  cloud.put('vm-1', metadata, h100);
  await cloud.reported('vm-1');
  writeFileSync(join(cloud.root('vm-1'), 'mnt/localssd/scratch'), 'data');

  cloud.put('vm-1', metadata, { ...h100, status: 'TERMINATED' });
  await cloud.machines.settled();
  cloud.put('vm-1', metadata, { ...h100, lastStartTimestamp: 'later' });
  await cloud.rebooted('vm-1');

  expect(cloud.attribute('vm-1', 'local-ssd')).toMatchObject({ state: 'done' });
  expect(existsSync(join(cloud.root('vm-1'), 'mnt/localssd'))).toBe(true);
  expect(existsSync(join(cloud.root('vm-1'), 'mnt/localssd/scratch'))).toBe(false);
});

it('mounts one share on two machines, and mounts it again after a reboot', async () => {
  cloud = await startCloud({ roots: 'plain' });
  const metadata = {
    'cp-nfs-mounts': '10.0.0.9:/vol1\t/shared',
    'cp-gcs-mounts': 'my-bucket\t/gcs/data\nother\t/gcs/other',
  };
  cloud.put('vm-1', metadata);
  cloud.put('vm-2', metadata);
  await cloud.reported('vm-1');
  await cloud.reported('vm-2');

  writeFileSync(join(cloud.root('vm-1'), 'shared/hello'), 'from vm-1');
  cloud.put('vm-2', metadata, { lastStartTimestamp: 'later' });
  await cloud.rebooted('vm-2');

  expect(cloud.attribute('vm-2', 'mounts')).toMatchObject({ state: 'done', detail: '3 mounted' });
  expect(readFileSync(join(cloud.root('vm-2'), 'shared/hello'), 'utf8')).toBe('from vm-1');
});

it('refuses to mount outside of the root', async () => {
  cloud = await startCloud({ roots: 'plain' });
  cloud.put('vm-1', { 'cp-nfs-mounts': '10.0.0.9:/vol1\t/../etc' });

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'failed', duty: 'mounts' });
  expect(cloud.attribute('vm-1', 'mounts')?.detail).toBe('10.0.0.9:/vol1: /../etc is not an absolute path');
});

it('starts Ray on the first machine of the group by name, and has the others join it', async () => {
  cloud = await startCloud({ roots: 'plain' });
  const names = await cloud.group(2, { 'cp-orchestrator': 'ray', 'cp-gpu-count': '0' });
  const [head = '', worker = ''] = names.sort();

  expect(await cloud.reported(head)).toMatchObject({ status: 'ready' });
  expect(await cloud.reported(worker)).toMatchObject({ status: 'ready' });

  expect(cloud.attribute(head, 'ray')).toMatchObject({ state: 'done', detail: 'head, ray, version 2.51.1' });
  expect(cloud.attribute(worker, 'ray')).toMatchObject({
    state: 'done',
    detail: `joined ${head}, ray, version 2.51.1`,
  });
});
