/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openDesk, smallIn } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

// One sandbox for all, in a process of its own; each test leaves nothing but the bucket.
let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterEach(async () => {
  await sandbox.breaks();
  const destroyed = await desk.run(['destroy', ...smallIn('us-central1-a')]);
  if (destroyed.code !== 0) throw new Error(destroyed.text);
});
afterAll(() => desk[Symbol.dispose]());

// A rule that changes nothing, and counts.
const groups = { match: { service: 'compute', method: 'POST', path: 'instanceGroupManagers\\?' } };
const counting = { ...groups, then: { delay: 0 } };
// Of two GPUs for each machine.
const gpus = (limit: number) => ({ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit } });
const unchecked = ['--skip-checks', 'quota'];

async function matches(): Promise<number[]> {
  const rules = (await sandbox.ask('GET', '/_sandbox/faults')) as { matched: number }[];
  return rules.map(({ matched }) => matched);
}

async function machines(): Promise<string[]> {
  const list = await desk.run(['list', '--project-id', 'demo-project']);
  const found = list.output('deployments')['deployments'] as { machines: number; zones: string }[];
  return found.map(({ machines: count, zones }) => `${count} in ${zones}`);
}

describe('machines that Google refuses', () => {
  it('a quota is asked for once, in one zone, and nothing half-made stays', async () => {
    await sandbox.breaks(gpus(2), counting);
    const two = [...smallIn('us-central1-a', 'us-central1-f'), '--instance-count', '2'];

    const ended = await desk.run(['create', ...two, ...unchecked]);

    expect(ended.faults, ended.text).toEqual(['QUOTA_SHORT']);
    expect(ended.code).toBe(20);
    expect(ended.said).toMatchObject({
      message: expect.stringContaining("Quota 'NVIDIA_A100_GPUS' exceeded"),
      googleCode: 'QUOTA_EXCEEDED',
      exists: 'nothing',
      done: 'what was begun was taken away again',
      next: expect.stringContaining('iam-admin/quotas?project=demo-project'),
    });
    expect((await matches())[1]).toBe(1);
    expect(await machines()).toEqual([]);
  });

  it('PARTIAL=keep goes on with those that it gives, says so, and ends well', async () => {
    await sandbox.breaks(gpus(4));
    const three = [...smallIn('us-central1-a'), '--instance-count', '3', '--partial', 'keep'];

    const ended = await desk.run(['create', ...three, ...unchecked]);
    const status = await desk.run(['status', ...smallIn('us-central1-a')]);

    expect(ended.code, ended.text).toBe(0);
    expect(ended.events).toContainEqual(
      expect.objectContaining({ level: 'warn', text: 'Google gave 2 of 3 machines; 1 refused' }),
    );
    expect(ended.output('cluster')).toMatchObject({
      machines: [{ state: 'ready' }, { state: 'ready' }],
      refused: [{ code: 'QUOTA_EXCEEDED' }],
    });
    const page = readFileSync(String(ended.output('cluster')['page']), 'utf8');
    expect(page).toContain('1 machine refused by Google, and asked for again: QUOTA_EXCEEDED');
    expect(status.output('status'), status.text).toMatchObject({ ready: 2, refused: [{ code: 'QUOTA_EXCEEDED' }] });
  });

  it('PARTIAL=keep ends with EXIT_WHEN_DONE when the start-up command has ended on those', async () => {
    await sandbox.breaks(gpus(4));
    const three = [...smallIn('us-central1-a'), '--instance-count', '3', '--partial', 'keep', ...unchecked];

    const ended = await desk.run([
      'create',
      ...three,
      '--cleanup-on-exit',
      '--exit-when-done',
      '--startup-command',
      'true',
    ]);

    expect(ended.code, ended.text).toBe(0);
    expect(await machines()).toEqual([]);
  });

  it('zones that Google says have room are tried first, and those that the user does not name are told', async () => {
    await sandbox.breaks(
      { stockout: { zone: '-a$', zonesAvailable: ['us-central1-f', 'us-central1-c'] } },
      { stockout: { zone: 'us-central1' } },
    );

    const ended = await desk.run(['create', ...smallIn('us-central1-a', 'us-central1-b', 'us-central1-f')]);

    expect(ended.faults, ended.text).toEqual(['ZONE_STOCKED_OUT']);
    expect(ended.code).toBe(21);
    const code = 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS';
    expect(ended.said.message).toBe(
      `no zone has room for 1 x a2-highgpu-2g now: us-central1-a (${code}), us-central1-f (${code}), us-central1-b (${code}); Google says that there is room in us-central1-c`,
    );
  });

  it('a cluster that has machines is not moved to find room for more', async () => {
    const zones = smallIn('us-central1-a', 'us-central1-f');
    await desk.run(['create', ...zones]);
    await sandbox.breaks({ stockout: { zone: '-a$' } });

    const ended = await desk.run(['create', ...zones, '--instance-count', '2']);

    expect(ended.faults, ended.text).toEqual(['ZONE_STOCKED_OUT']);
    expect(ended.said.exists).toContain('1 machine, as before');
    expect(await machines()).toEqual(['1 in us-central1-a']);
  });

  it('a spot machine that is lost while it is made is asked for once more in the same zone', async () => {
    const error = { code: 'UNSUPPORTED_OPERATION', message: 'Instance failed to start due to preemption.' };
    await sandbox.breaks({ operation: { type: 'insert', target: '/instances/demo-', error }, times: 1 });

    const ended = await desk.run(['create', ...smallIn('us-central1-a'), '--provisioning-model', 'spot']);

    expect(ended.code, ended.text).toBe(0);
    expect(ended.output('cluster')).toMatchObject({ machines: [{ state: 'ready' }] });
  });
});

describe('what Google refuses Terraform', () => {
  const insert = { service: 'compute', method: 'POST', path: 'global/networks\\?' };
  it.each([
    {
      what: 'a permission',
      rule: {
        match: insert,
        then: {
          status: 403,
          reason: 'forbidden',
          message: "Required 'compute.networks.create' permission for 'projects/demo-project/global/networks/demo-net'",
        },
      },
      fault: 'PERMISSION_DENIED',
      exit: 11,
      message:
        /^this login may not apply google_compute_network\.\S+ in project demo-project: missing compute\.networks\.create$/,
    },
    {
      what: 'an organisation policy',
      rule: {
        match: insert,
        then: {
          status: 412,
          reason: 'conditionNotMet',
          message: 'Constraint constraints/compute.restrictVpcPeering violated for project 1.',
        },
      },
      fault: 'POLICY_VIOLATED',
      exit: 14,
      message: /constraints\/compute\.restrictVpcPeering/,
    },
    {
      what: 'a quota',
      rule: {
        operation: {
          type: 'insert',
          target: '/networks/',
          error: { code: 'QUOTA_EXCEEDED', message: "Quota 'NETWORKS' exceeded.  Limit: 5.0 globally.", status: 403 },
        },
      },
      fault: 'QUOTA_SHORT',
      exit: 20,
      message: /Quota 'NETWORKS' exceeded/,
    },
  ])('$what: is asked for once and ends with $exit, saying what exists', async ({ rule, fault, exit, message }) => {
    await sandbox.breaks({ match: insert, then: { delay: 0 } }, rule);

    const ended = await desk.run(['create', ...smallIn('us-central1-a'), '--skip-checks', 'quota']);

    expect(ended.faults, ended.text).toEqual([fault]);
    expect(ended.code).toBe(exit);
    expect(ended.said).toMatchObject({
      message: expect.stringMatching(message),
      exists: expect.stringMatching(/service_account demo-sa/),
      done: 'nothing was asked for again: the answer would be the same',
    });
    expect((await matches())[0]).toBe(1);
  });

  it('the account that was made just now: is asked for again', async () => {
    await sandbox.breaks({
      match: { service: 'compute', method: 'POST', path: 'instanceTemplates\\?' },
      then: {
        status: 400,
        reason: 'badRequest',
        message: 'Service account demo-sa@demo-project.iam.gserviceaccount.com does not exist.',
      },
      times: 1,
    });

    const ended = await desk.run(['create', ...smallIn('us-central1-a')]);

    expect(ended.code, ended.text).toBe(0);
    expect(ended.text).toContain('Google does not know everywhere yet what was made just now');
  });
});
