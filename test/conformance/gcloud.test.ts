import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { makeGroup, stable } from './cluster.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

const tool = 'gcloud';
const found = hasGcloud();
if (!found) console.log('gcloud is not installed: its conformance tests are skipped');

describe.skipIf(!found)('the gcloud command line', () => {
  it('reads networks, zones, groups and their machines', async () => {
    const session = await openSession();
    await makeGroup(session, 2);
    await stable(session);

    const [networks, zones, groups, members] = await Promise.all([
      gcloud(session, 'networks', 'list'),
      gcloud(session, 'zones', 'list', '--filter=region:us-central1'),
      gcloud(session, 'instance-groups', 'managed', 'list'),
      gcloud(session, 'instance-groups', 'managed', 'list-instances', 'mig', '--zone=us-central1-a'),
    ]);

    expect(networks).toMatchObject([{ name: 'default', autoCreateSubnetworks: true }]);
    expect(names(zones)).toEqual(['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f']);
    expect(groups).toMatchObject([{ name: 'mig', targetSize: 2 }]);
    expect(members).toMatchObject([{ instanceStatus: 'RUNNING' }, { instanceStatus: 'RUNNING' }]);
  });

  it('creates a machine, lists it and deletes it', async () => {
    const session = await openSession();
    const zone = '--zone=us-central1-a';

    await gcloud(
      session,
      'instances',
      'create',
      'gvm',
      zone,
      '--machine-type=e2-medium',
      '--image-family=debian-12',
      '--image-project=debian-cloud',
      '--labels=a=b',
    );
    const listed = await gcloud(session, 'instances', 'list', '--filter=labels.a=b');
    await gcloud(session, 'instances', 'delete', 'gvm', zone, '--quiet');

    expect(listed).toMatchObject([{ name: 'gvm', status: 'RUNNING' }]);
    expect(await gcloud(session, 'instances', 'list')).toEqual([]);
  });

  it('shows the refusal of a network in use', async () => {
    const session = await openSession();

    const refused = gcloud(session, 'networks', 'delete', 'default', '--quiet');

    await expect(refused).rejects.toThrow(/is already being used by/);
  });
});

function hasGcloud(): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function gcloud(session: Session, ...args: string[]): Promise<object[]> {
  const env = {
    PATH: process.env['PATH'],
    CLOUDSDK_CONFIG: mkdtempSync(join(tmpdir(), 'gcloud-')),
    CLOUDSDK_CORE_PROJECT: session.project,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN: session.token,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${session.url}/compute/v1/`,
  };
  const { stdout } = await promisify(execFile)(tool, ['compute', ...args, '--format=json'], { env });
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as object[]);
}

function names(list: object[]): string[] {
  return (list as { name: string }[]).map(({ name }) => name).sort();
}
