import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';

describe('a deployment whose state is lost', () => {
  it('is found by its mark, listed first, and deleted only with --no-dry-run; a sibling is not touched', async () => {
    using desk = openDesk();
    await desk.run(['create', '--project-id', 'demo-project', '--name-prefix', 'demo-1', '--zone', 'us-central1-a']);
    const running = desk.start(['create', ...small, '--cleanup-on-exit']);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    running.child.kill('SIGKILL');
    await running.ended;
    rmSync(join(desk.path, 'work/demo-project/demo'), { recursive: true });

    const destroy = await desk.run(['destroy', ...small]);
    expect(destroy.faults, destroy.text).toEqual(['RESOURCES_REMAIN']);
    expect(destroy.code).toBe(31);

    const dry = await desk.run(['cleanup', ...small]);
    expect(dry.code, dry.text).toBe(0);
    expect(dry.output('cleanup')['resources']).not.toEqual([]);

    const wet = await desk.run(['cleanup', ...small, '--no-dry-run']);
    expect(wet.code, wet.text).toBe(0);

    const list = await desk.run(['list', '--project-id', 'demo-project']);
    expect(list.output('deployments')['deployments']).toMatchObject([{ prefix: 'demo-1', machines: 1 }]);
  });

  it('of a run that was killed while it held the cluster is cleaned up by the next run first', async () => {
    using desk = openDesk();
    const running = desk.start(['create', ...small, '--cleanup-on-exit']);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    running.child.kill('SIGKILL');
    await running.ended;

    const destroyed = await desk.run(['destroy', ...small]);

    expect(destroyed.code, destroyed.text).toBe(0);
    const list = await desk.run(['list', '--project-id', 'demo-project']);
    expect(list.output('deployments')['deployments']).toEqual([]);
  });
});
