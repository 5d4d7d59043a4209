import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { hasTerraform, lockName, stateDesk, stateName, statePrefix } from '../sandbox/_support/state-desk.ts';
import type { StateDesk } from '../sandbox/_support/state-desk.ts';
import { objectPath, openTarget } from './storage-target.ts';
import type { Target } from './storage-target.ts';

// Terraform's own backend is the client that matters most: every deployment keeps its state through it.
describe.skipIf(!hasTerraform)('terraform’s gcs backend', { timeout: 120_000 }, () => {
  let target: Target;
  let bucket: string;
  let desk: StateDesk;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket({ versioning: { enabled: true } });
    desk = stateDesk(target.url, () => target.token());
    desk.configure(bucket, { input: 'hello' });
  });

  it('keeps a state through init, apply, plan and destroy, and leaves no lock', async () => {
    await desk.succeed('init', '-no-color');
    await desk.succeed('apply', '-auto-approve', '-no-color');
    const plan = await desk.succeed('plan', '-no-color', '-detailed-exitcode');
    const state = await target.json<{ resources: unknown[] }>(objectPath(bucket, stateName, '?alt=media'));
    await desk.succeed('destroy', '-auto-approve', '-no-color');
    const empty = await target.json<{ resources: unknown[] }>(objectPath(bucket, stateName, '?alt=media'));

    expect(plan).toContain('No changes');
    expect(state.resources).toHaveLength(1);
    expect(empty.resources).toEqual([]);
    expect((await target.ask(objectPath(bucket, lockName))).status).toBe(404);
  });

  it('is kept out by a lock, shows who holds it, and takes it off by its generation', async () => {
    await desk.succeed('init', '-no-color');
    const { generation } = await target.put(bucket, lockName, JSON.stringify(lockInfo(bucket)));

    const refused = await desk.terraform('apply', '-auto-approve', '-no-color');
    const wrong = await desk.terraform('force-unlock', '-force', '-no-color', '1');
    const stillLocked = await target.ask(objectPath(bucket, lockName));
    await desk.succeed('force-unlock', '-force', '-no-color', generation);
    await desk.succeed('apply', '-auto-approve', '-no-color');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('conditionNotMet');
    expect(refused.stderr).toMatch(new RegExp(`ID: +${generation}\\n[^]*Who: +somebody@else`));
    expect([wrong.exitCode, stillLocked.status]).toEqual([1, 200]);
    expect(wrong.stderr).toContain('412');
  });

  it('waits for a lock to go when it is told to', async () => {
    await desk.succeed('init', '-no-color');
    await target.put(bucket, lockName, JSON.stringify(lockInfo(bucket)));

    const applying = desk.terraform('apply', '-auto-approve', '-no-color', '-lock-timeout=60s');
    setTimeout(() => void target.ask(objectPath(bucket, lockName), { method: 'DELETE' }), 2_000);

    expect((await applying).exitCode).toBe(0);
  });

  it('lets one of two applies at once write, and the other say why not', async () => {
    desk.configure(bucket, { input: 'hello', provisioner: { 'local-exec': { command: 'sleep 3' } } });
    await desk.succeed('init', '-no-color');

    const outcomes = await Promise.all([
      desk.terraform('apply', '-auto-approve', '-no-color'),
      desk.terraform('apply', '-auto-approve', '-no-color'),
    ]);

    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(expect.arrayContaining([0, 1]));
    expect(outcomes.find(({ exitCode }) => exitCode === 1)?.stderr).toContain('Error acquiring the state lock');
  });

  it('keeps workspaces apart', async () => {
    await desk.succeed('init', '-no-color');
    await desk.succeed('workspace', 'new', '-no-color', 'second');
    await desk.succeed('apply', '-auto-approve', '-no-color');
    await desk.succeed('workspace', 'select', '-no-color', 'default');
    const listed = await desk.succeed('workspace', 'list', '-no-color');
    const inDefault = await desk.terraform('state', 'list');
    await desk.succeed('workspace', 'delete', '-no-color', '-force', 'second');

    expect(
      listed
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ).toEqual(['* default', 'second']);
    expect(inDefault.stdout).toBe('');
    expect((await target.ask(objectPath(bucket, `${statePrefix}/second.tfstate`))).status).toBe(404);
  });

  it('uploads a state of more than 16 MiB in chunks', async () => {
    const outputs = Object.fromEntries(
      Array.from({ length: 18 }, (_, n) => [`o${n}`, { value: String(n % 10).repeat(1024 * 1024), type: 'string' }]),
    );
    const lineage = '5e1a44fe-27cc-795b-1b6a-25691822ffc5';
    const state = { version: 4, terraform_version: '1.11.4', serial: 1, lineage, outputs, resources: [] };
    writeFileSync(join(desk.folder, 'large.json'), JSON.stringify(state));
    await desk.succeed('init', '-no-color');

    await desk.succeed('state', 'push', 'large.json');
    const { size } = await target.json<{ size: string }>(objectPath(bucket, stateName));
    const stored = await target.json<typeof state>(`/${bucket}/${stateName}`);

    expect(Number(size)).toBeGreaterThan(16 * 1024 * 1024);
    expect(Object.values(stored.outputs).map(({ value }) => value.length)).toEqual(
      Array.from({ length: 18 }, () => 1024 * 1024),
    );
  });

  it('is told that a bucket is missing, and that a token is no good', async () => {
    desk.configure('conformance-no-such-bucket', { input: 'hello' });

    const noBucket = await desk.terraform('init', '-no-color');
    target.token = () => Promise.resolve('ya29.made-up-token');
    const noToken = await desk.terraform('init', '-no-color');

    expect([noBucket.exitCode, noToken.exitCode]).toEqual([1, 1]);
    expect(noBucket.stderr).toMatch(/bucket doesn't exist/);
    expect(noToken.stderr).toContain('401');
  });
});

function lockInfo(bucket: string): object {
  return {
    ID: '6a0ea2a6-0000-0000-0000-000000000000',
    Operation: 'OperationTypeApply',
    Info: '',
    Who: 'somebody@else',
    Version: '1.11.4',
    Created: '2026-11-01T12:00:00Z',
    Path: `gs://${bucket}/${lockName}`,
  };
}
