import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readOptions } from '../../src/options/read.ts';
import { neededPermissions, permissionRows } from '../../src/preflight/needed-permissions.ts';
import type { DecidingOptions } from '../../src/preflight/needed-permissions.ts';
import type { UsedPermission } from '../../src/sandbox/used-permissions.ts';
import { openDesk } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

const zone = 'us-central1-a';
const work = join(import.meta.dirname, '../fixtures/work');
const bare = [
  ...['--network-config', 'default_network', '--public-ip', '--placement', 'none', '--no-enable-ops-agent'],
  ...['--service-account', 'trainer@elsewhere.iam.gserviceaccount.com'],
];

// Three clusters, each in a project of its own, that have as little as possible in common.
const clusters = [
  {
    project: 'bare-project',
    options: [...bare, '--gcs-path', 'gs://bare-states'],
    runs: ['create', 'create --instance-count 2', 'status', 'list', 'cleanup --no-dry-run', 'destroy'],
  },
  {
    project: 'network-project',
    options: ['--no-enable-ops-agent', '--instance-count', '2', '--nfs-filestore-list', '/nfs:BASIC_SSD'],
    runs: ['create', 'destroy'],
  },
  {
    project: 'files-project',
    options: [
      ...['--network-config', 'default_network', '--public-ip', '--reservation-name', 'winter', '--enable-apis'],
      ...['--copy-dir-path', work, '--gcs-mount-list', 'files-mounted:/data', '--gcs-path', 'gs://files-states'],
    ],
    runs: ['create', 'copy', 'destroy'],
  },
] as const;

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
  const uniform = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
  for (const name of ['bare-states', 'files-states', 'files-mounted']) {
    await sandbox.ask('POST', `/storage/v1/b?project=${name.replace(/-.*/, '-project')}`, { name, ...uniform });
  }
  const policies = '/compute/v1/projects/files-project/regions/us-central1/resourcePolicies';
  await sandbox.ask('POST', policies, { name: 'close', groupPlacementPolicy: { collocation: 'COLLOCATED' } });
  const instanceProperties = { machineType: 'a2-highgpu-2g' };
  await sandbox.ask('POST', `/compute/v1/projects/files-project/zones/${zone}/reservations`, {
    name: 'winter',
    specificReservation: { count: 1, instanceProperties },
    specificReservationRequired: true,
    resourcePolicies: { placement: 'projects/files-project/regions/us-central1/resourcePolicies/close' },
  });
  const off = { state: 'DISABLED' };
  await sandbox.ask('PUT', '/_sandbox/projects/files-project/apis/logging.googleapis.com', off);
  await sandbox.ask('PUT', '/_sandbox/permissions');
});
afterAll(() => desk[Symbol.dispose]());

describe('the table of permissions', () => {
  it.concurrent.each(clusters)('holds everything that is called in $project', async ({ project, options, runs }) => {
    for (const run of runs) await complete(run, project, options);

    const known = needed(project, options);
    expect((await usedIn(project)).filter((permission) => !known.includes(permission))).toEqual([]);
  });

  it('holds nothing that is never called', async () => {
    const used = new Map<string, string[]>();
    for (const { project } of clusters) used.set(project, await usedIn(project));

    const never = permissionRows.flatMap((row) => {
      const asked = clusters.filter(({ project, options }) => row.isNeeded(optionsOf(project, options)));
      const called = new Set(asked.flatMap(({ project }) => used.get(project) ?? []));
      return row.permissions.filter((permission) => !called.has(permission)).map((one) => `${row.when}: ${one}`);
    });
    expect(never).toEqual([]);
  });
});

async function complete(run: string, project: string, options: readonly string[]): Promise<void> {
  const [action = '', ...more] = run.split(' ');
  const given = action === 'list' ? ['--project-id', project] : [...place(project), ...without(more, options)];
  const ended = await desk.run([action, ...given, ...more]);
  expect(ended.code, ended.text).toBe(0);
}

function place(project: string): string[] {
  return ['--project-id', project, '--name-prefix', project.replace(/-.*/, ''), '--zone', zone];
}

// What a later run gives otherwise must not stand there twice.
function without(more: readonly string[], options: readonly string[]): readonly string[] {
  return options.filter((word, at) => !more.includes(word) && !more.includes(options[at - 1] ?? ''));
}

function needed(project: string, options: readonly string[]): string[] {
  return neededPermissions(optionsOf(project, options), ['project', 'bucket', 'new bucket', 'mounts']);
}

function optionsOf(project: string, options: readonly string[]): DecidingOptions {
  return readOptions({ env: {}, argv: ['create', ...place(project), ...options] }).options;
}

/** What the program's own user has asked for in a project; the machines ask with accounts of their own. */
async function usedIn(project: string): Promise<string[]> {
  const used = (await sandbox.ask('GET', '/_sandbox/permissions')) as UsedPermission[];
  return used
    .filter((one) => one.project === project && one.principal.startsWith('user:'))
    .map(({ permission }) => permission);
}
