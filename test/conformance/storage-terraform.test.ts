import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { childEnvironment, run } from '../../src/core/run.ts';
import type { Outcome } from '../../src/core/run.ts';
import { temporaryFolder } from '../sandbox/_support/temporary.ts';
import { jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { Target } from './storage-target.ts';

const prefix = 'd/deployment/terraform/state';
const stateName = `${prefix}/default.tfstate`;
const lockName = `${prefix}/default.tflock`;

// Terraform's own backend is the client that matters most: every deployment keeps its state through it.
describe.skipIf(!hasTerraform())('terraform’s gcs backend', { timeout: 120_000 }, () => {
  let target: Target;
  let bucket: string;
  let cwd: string;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket({ versioning: { enabled: true } });
    cwd = temporaryFolder();
    writeFileSync(join(cwd, 'terraform.rc'), 'disable_checkpoint = true\n');
    configure({ input: 'hello' });
  });

  function configure(resource: object): void {
    const terraform = { backend: { gcs: { bucket, prefix } } };
    writeFileSync(
      join(cwd, 'main.tf.json'),
      JSON.stringify({ terraform, resource: { terraform_data: { a: resource } } }),
    );
  }
  async function terraform(...args: string[]): Promise<Outcome> {
    return await run({
      file: 'terraform',
      args,
      cwd,
      env: {
        ...childEnvironment(process.env),
        TF_CLI_CONFIG_FILE: join(cwd, 'terraform.rc'),
        TF_IN_AUTOMATION: '1',
        GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `${target.url}/storage/v1/b`,
        GOOGLE_OAUTH_ACCESS_TOKEN: await target.token(),
      },
    });
  }
  async function succeed(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await terraform(...args);
    expect(`${exitCode}\n${stderr}`).toBe('0\n');
    return stdout;
  }

  it('keeps a state through init, apply, plan and destroy, and leaves no lock', async () => {
    await succeed('init', '-no-color');
    await succeed('apply', '-auto-approve', '-no-color');
    const plan = await succeed('plan', '-no-color', '-detailed-exitcode');
    const state = await target.json<{ resources: unknown[] }>(objectPath(bucket, stateName, '?alt=media'));
    await succeed('destroy', '-auto-approve', '-no-color');
    const empty = await target.json<{ resources: unknown[] }>(objectPath(bucket, stateName, '?alt=media'));

    expect(plan).toContain('No changes');
    expect(state.resources).toHaveLength(1);
    expect(empty.resources).toEqual([]);
    expect((await target.ask(objectPath(bucket, lockName))).status).toBe(404);
  });

  it('is kept out by a lock, shows who holds it, and takes it off by its generation', async () => {
    await succeed('init', '-no-color');
    const { generation } = await target.put(bucket, lockName, JSON.stringify(lockInfo(bucket)));

    const refused = await terraform('apply', '-auto-approve', '-no-color');
    const wrong = await terraform('force-unlock', '-force', '-no-color', '1');
    const stillLocked = await target.ask(objectPath(bucket, lockName));
    await succeed('force-unlock', '-force', '-no-color', generation);
    await succeed('apply', '-auto-approve', '-no-color');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('conditionNotMet');
    expect(refused.stderr).toMatch(new RegExp(`ID: +${generation}\\n[^]*Who: +somebody@else`));
    expect([wrong.exitCode, stillLocked.status]).toEqual([1, 200]);
    expect(wrong.stderr).toContain('412');
  });

  it('waits for a lock to go when it is told to', async () => {
    await succeed('init', '-no-color');
    await target.put(bucket, lockName, JSON.stringify(lockInfo(bucket)));

    const applying = terraform('apply', '-auto-approve', '-no-color', '-lock-timeout=60s');
    setTimeout(() => void target.ask(objectPath(bucket, lockName), { method: 'DELETE' }), 2_000);

    expect((await applying).exitCode).toBe(0);
  });

  it('lets one of two applies at once write, and the other say why not', async () => {
    configure({ input: 'hello', provisioner: { 'local-exec': { command: 'sleep 3' } } });
    await succeed('init', '-no-color');

    const outcomes = await Promise.all([
      terraform('apply', '-auto-approve', '-no-color'),
      terraform('apply', '-auto-approve', '-no-color'),
    ]);

    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(outcomes.find(({ exitCode }) => exitCode === 1)?.stderr).toContain('Error acquiring the state lock');
  });

  it('keeps workspaces apart', async () => {
    await succeed('init', '-no-color');
    await succeed('workspace', 'new', '-no-color', 'second');
    await succeed('apply', '-auto-approve', '-no-color');
    await succeed('workspace', 'select', '-no-color', 'default');
    const listed = await succeed('workspace', 'list', '-no-color');
    const inDefault = await terraform('state', 'list');
    await succeed('workspace', 'delete', '-no-color', '-force', 'second');

    expect(
      listed
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ).toEqual(['* default', 'second']);
    expect(inDefault.stdout).toBe('');
    expect((await target.ask(objectPath(bucket, `${prefix}/second.tfstate`))).status).toBe(404);
  });

  it('uploads a state of more than 16 MiB in chunks', async () => {
    const outputs = Object.fromEntries(
      Array.from({ length: 18 }, (_, n) => [`o${n}`, { value: String(n % 10).repeat(1024 * 1024), type: 'string' }]),
    );
    const lineage = '5e1a44fe-27cc-795b-1b6a-25691822ffc5';
    const state = { version: 4, terraform_version: '1.11.4', serial: 1, lineage, outputs, resources: [] };
    writeFileSync(join(cwd, 'large.json'), JSON.stringify(state));
    await succeed('init', '-no-color');

    await succeed('state', 'push', 'large.json');
    const { size } = await target.json<{ size: string }>(objectPath(bucket, stateName));
    const stored = await target.json<typeof state>(`/${bucket}/${stateName}`);

    expect(Number(size)).toBeGreaterThan(16 * 1024 * 1024);
    expect(Object.values(stored.outputs).map(({ value }) => value.length)).toEqual(
      Array.from({ length: 18 }, () => 1024 * 1024),
    );
  });

  it('is told that a bucket is missing, and that a token is no good', async () => {
    const missing = jsonBody('PATCH', {});
    expect((await target.ask(`/storage/v1/b/conformance-no-such-bucket`, missing)).status).toBe(404);
    bucket = 'conformance-no-such-bucket';
    configure({ input: 'hello' });

    const noBucket = await terraform('init', '-no-color');
    target.token = () => Promise.resolve('ya29.made-up-token');
    const noToken = await terraform('init', '-no-color');

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

function hasTerraform(): boolean {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: terraform is not on this machine');
    return false;
  }
}
