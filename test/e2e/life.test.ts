import { describe, expect, it } from 'vitest';

import { openDesk, realProvider, small } from '../_support/program.ts';

if (!realProvider)
  console.log('skipped: the real google provider is not installed, so these run with the embedded one only');

// The real plugin sleeps: 10 s after it has made a service account, 1 s three times for each IAM member.
const realTimeout = 400_000;

describe.each([
  { provider: 'embedded' as const, there: true, timeout: 120_000 },
  { provider: 'real' as const, there: realProvider !== undefined, timeout: realTimeout },
])('the life of a cluster, with the $provider provider', ({ provider, there, timeout }) => {
  it.runIf(there)(
    'is created, looked at, left alone when nothing changed, and destroyed with nothing left',
    { timeout },
    async () => {
      using desk = openDesk({ provider });

      const created = await desk.run(['create', ...small, '--instance-count', '2']);
      expect(created.faults, created.text).toEqual([]);
      expect(created.code).toBe(0);
      expect(created.output('cluster')).toMatchObject({ deployment: 'demo', zone: 'us-central1-a' });
      expect(created.output('cluster')['machines']).toHaveLength(2);

      const status = await desk.run(['status', ...small]);
      expect(status.output('status')).toMatchObject({ wanted: 2, ready: 2, drift: [], lost: [] });

      const again = await desk.run(['create', ...small, '--instance-count', '2']);
      expect(again.code, again.text).toBe(0);
      expect(again.output('cluster')['changes']).toMatchObject({ add: 0, change: 0, remove: 0 });

      const planned = await desk.run(['plan', ...small, '--instance-count', '2']);
      expect(planned.code, planned.text).toBe(0);
      expect(planned.output('plan')['resources']).toEqual([]);

      const list = await desk.run(['list', '--project-id', 'demo-project']);
      expect(list.output('deployments')['deployments']).toMatchObject([
        // 2 a2-highgpu-2g at 7.34677, 2 boot disks of 2,000 GB at 0.17 a month.
        { prefix: 'demo', machines: 2, running: 2, costs: { perHour: 15.625, unknown: [] } },
      ]);

      const destroyed = await desk.run([
        'destroy',
        '--project-id',
        'demo-project',
        '--name-prefix',
        'demo',
        '--region',
        'us-central1',
      ]);
      expect(destroyed.code, destroyed.text).toBe(0);
      expect(destroyed.output('destroyed')).toMatchObject({ bucketDeleted: true });

      const empty = await desk.run(['list', '--project-id', 'demo-project']);
      expect(empty.output('deployments')['deployments']).toEqual([]);

      const twice = await desk.run(['destroy', ...small]);
      expect(twice.code).toBe(0);
    },
  );

  it.runIf(there)('grows and shrinks when it is created again with another count', { timeout }, async () => {
    using desk = openDesk({ provider });
    const single = await desk.run(['create', ...small, '--instance-count', '1']);
    expect(single.output('cluster')['machines'], single.text).toHaveLength(1);
    expect(single.text).not.toMatch(/\b1 (machines|files|resources)\b/);

    const grown = await desk.run(['create', ...small, '--instance-count', '3']);
    const shrunk = await desk.run(['create', ...small, '--instance-count', '1']);

    expect(grown.output('cluster')['machines'], grown.text).toHaveLength(3);
    expect(shrunk.output('cluster')['machines'], shrunk.text).toHaveLength(1);
  });

  it.runIf(there)(
    'keeps the placement policy that its machines carry, whatever is wanted of new ones',
    { timeout },
    async () => {
      using desk = openDesk({ provider });
      await desk.run(['create', ...small, '--instance-count', '3']);

      const plan = await desk.run(['plan', ...small, '--instance-count', '1']);
      const shrunk = await desk.run(['create', ...small, '--instance-count', '1']);
      const loose = await desk.run(['create', ...small, '--instance-count', '2', '--placement', 'none']);
      const destroyed = await desk.run(['destroy', ...small]);

      expect(plan.output('plan')['changes'], plan.text).toMatchObject({ add: 0, remove: 0 });
      expect(shrunk.code, shrunk.text).toBe(0);
      expect(loose.output('cluster')['machines'], loose.text).toHaveLength(2);
      expect(destroyed.code, destroyed.text).toBe(0);
    },
  );

  it.runIf(there)('shows its plan and changes nothing by it', { timeout }, async () => {
    using desk = openDesk({ provider });

    const plan = await desk.run(['plan', ...small]);
    const list = await desk.run(['list', '--project-id', 'demo-project']);

    expect(plan.code, plan.text).toBe(0);
    expect(plan.output('plan')['changes']).toMatchObject({ change: 0, remove: 0 });
    // One machine at 7.34677, its boot disk, Cloud NAT with its address at 0.0014 and 0.005.
    expect(plan.output('plan')['costs']).toMatchObject({ perHour: 7.819, perDay: 187.656 });
    expect(list.output('deployments')['deployments']).toEqual([]);
  });
});
