import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { wallClock } from '../../src/core/clock.ts';
import { openDesk, small, smallIn } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';

const held = [...small, '--cleanup-on-exit'];

describe('a deployment whose state is lost', () => {
  it('is found by its mark, listed first, and deleted only with --no-dry-run; a sibling is not touched', async () => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    await desk.run(['create', '--project-id', 'demo-project', '--name-prefix', 'demo-1', '--zone', 'us-central1-a']);
    const made = await desk.run(['create', ...small]);
    // Somebody tidies up the bucket.
    const objects = `/storage/v1/b/${String(made.output('cluster')['bucket'])}/o`;
    const { items } = (await sandbox.ask('GET', `${objects}?prefix=demo-deployment/`)) as { items: { name: string }[] };
    for (const { name } of items) await sandbox.ask('DELETE', `${objects}/${encodeURIComponent(name)}`);

    const destroy = await desk.run(['destroy', ...small]);
    expect(destroy.faults, destroy.text).toEqual(['RESOURCES_REMAIN']);
    expect(destroy.code).toBe(31);

    const dry = await desk.run(['cleanup', ...small]);
    expect(dry.code, dry.text).toBe(0);
    expect(dry.output('cleanup')['resources']).not.toEqual([]);

    // Google holds a network for a while after its last user is gone.
    const busy = {
      status: 400,
      reason: 'resourceInUseByAnotherResource',
      message: 'The network is already being used',
    };
    // eslint-disable-next-line unicorn/no-thenable -- a word of the rules' format and never a function
    await sandbox.breaks({ match: { method: 'DELETE', path: '/networks/demo-net' }, then: busy, times: 1 });
    const wet = await desk.run(['cleanup', ...small, '--no-dry-run']);
    expect(wet.code, wet.text).toBe(0);

    const list = await desk.run(['list', '--project-id', 'demo-project']);
    expect(list.output('deployments')['deployments']).toMatchObject([{ prefix: 'demo-1', machines: 1 }]);
  });
});

describe('a destroy that is killed', () => {
  it.each([
    ['before it deletes its bucket', '/b/[^/]+$', 'before'],
    ['when its record is gone and an old version is not', 'deployment\\.json\\?generation', 'after'],
  ] as const)('%s, is finished by the next one', async (_when, path, stall) => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    await desk.run(['create', ...small]);
    // eslint-disable-next-line unicorn/no-thenable -- a word of the rules' format and never a function
    await sandbox.breaks({ match: { service: 'storage', method: 'DELETE', path }, then: { stall } });
    const running = desk.start(['destroy', ...small]);
    await running.until(({ event, text }) => event === 'step.start' && text === 'state and files');
    await wallClock.sleep(500);
    running.child.kill('SIGKILL');
    await running.ended;
    await sandbox.breaks();
    await sandbox.ask('POST', '/_sandbox/clock', { advance: 61_000 });

    const again = await desk.run(['destroy', ...small]);

    expect(again.code, again.text).toBe(0);
    expect(await sandbox.left()).toEqual([]);
  });
});

it('a destroy that may not delete its bucket says so, and the next one that may does it', async () => {
  using desk = openDesk();
  const sandbox = await serveSandbox(desk);
  await desk.run(['create', ...small]);
  const refused = {
    status: 403,
    reason: 'forbidden',
    message: 'operator@sandbox.test does not have storage.buckets.delete access',
  };
  // eslint-disable-next-line unicorn/no-thenable -- a word of the rules' format and never a function
  await sandbox.breaks({ match: { service: 'storage', method: 'DELETE', path: '/b/[^/]+$' }, then: refused });

  const first = await desk.run(['destroy', ...small]);
  await sandbox.breaks();
  const second = await desk.run(['destroy', ...small]);

  expect(first.faults, first.text).toEqual(['BUCKET_DENIED']);
  expect(first.said.message).toContain('storage.buckets.delete');
  expect(second.code, second.text).toBe(0);
  expect(await sandbox.left()).toEqual([]);
});

describe('a run with CLEANUP_ON_EXIT that is killed with its container', () => {
  it.each([['destroy'], ['create']])('is cleaned up by the next %s from another container', async (action) => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    const running = desk.start(['create', ...held]);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    running.child.kill('SIGKILL');
    await running.ended;
    rmSync(join(desk.path, 'work'), { recursive: true });
    await sandbox.ask('POST', '/_sandbox/clock', { advance: 61_000 });

    const next = await desk.run([action, ...small]);
    const end = await desk.run(['destroy', ...small]);

    expect(next.code, next.text).toBe(0);
    expect(end.code, end.text).toBe(0);
    expect(await sandbox.left()).toEqual([]);
  });

  it('is cleaned up on the same disk as well, where the kill has left files of Terraform half-written', async () => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    const running = desk.start(['create', ...held]);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    running.child.kill('SIGKILL');
    await running.ended;
    const work = join(desk.path, 'work/demo-project/demo');
    for (const name of ['local.tfstate', '.terraform/terraform.tfstate']) truncateSync(join(work, name), 40);
    await sandbox.ask('POST', '/_sandbox/clock', { advance: 61_000 });

    const next = await desk.run(['destroy', ...small]);

    expect(next.code, next.text).toBe(0);
    expect(await sandbox.left()).toEqual([]);
  });

  it('without a bucket is found by cleanup', async () => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    await sandbox.breaks({ deniedPermission: { permission: 'storage.buckets.*' } });
    const running = desk.start(['create', ...held]);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    running.child.kill('SIGKILL');
    const { text } = await running.ended;
    rmSync(join(desk.path, 'work'), { recursive: true });
    await sandbox.breaks();

    const again = await desk.run(['create', ...held]);
    const cleaned = await desk.run(['cleanup', ...small, '--no-dry-run']);

    expect(text).toContain('if this run is killed, `cleanup` finds it');
    expect(again.faults).toEqual(['NAME_TAKEN']);
    expect(cleaned.code, cleaned.text).toBe(0);
  });
});

describe('CLEANUP_ON_EXIT', () => {
  it('is refused for a cluster that was made to stay', async () => {
    using desk = openDesk();
    await desk.run(['create', ...smallIn('us-central1-a')]);

    const refused = await desk.run(['create', ...held]);
    const status = await desk.run(['status', ...small]);

    expect(refused.faults, refused.text).toEqual(['CLUSTER_STAYS']);
    expect(status.output('status')).toMatchObject({ ready: 1 });
  });
});
