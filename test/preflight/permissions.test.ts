import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { main } from '../../src/main.ts';
import { readOptions } from '../../src/options/read.ts';
import { neededPermissions } from '../../src/preflight/needed-permissions.ts';
import type { UsedPermission } from '../../src/sandbox/used-permissions.ts';
import { openDesk } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';
import { whole } from '../_support/whole.ts';

const work = join(import.meta.dirname, '../fixtures/work');
const apis = 'apis-project';
const bare = ['--network-config', 'default_network', '--placement', 'none', '--no-enable-ops-agent'];
const ownAccount = ['--service-account', 'trainer@elsewhere.iam.gserviceaccount.com'];

// Together they need every permission that there is.
const clusters: [name: string, options: string[], project?: string][] = [
  ['a cluster in a bucket of the user', [...bare, ...ownAccount, '--public-ip', '--gcs-path', 'gs://states']],
  ['a cluster with networks of its own', ['--instance-count', '2', '--nfs-filestore-list', '/nfs:BASIC_SSD']],
  ['a cluster with files', [...bare, ...ownAccount, '--copy-dir-path', work, '--gcs-path', 'gs://states']],
  ['a cluster that mounts buckets', [...bare, '--gcs-mount-list', 'mounted:/data', '--gcs-path', 'gs://states']],
  ['a cluster in a reservation', [...bare, ...ownAccount, '--reservation-name', 'winter', '--gcs-path', 'gs://states']],
  ['a cluster that switches APIs on', [...bare, ...ownAccount, '--enable-apis', '--gcs-path', 'gs://states'], apis],
];

// What every cluster needs is tried with the first; with all of them when everything is tried.
const [common = []] = clusters.map(neededBy);
const cases = clusters.map(([name, options, project], index) => {
  const needed = neededBy([name, options, project]);
  const tried = whole || index === 0 ? needed : needed.filter((permission) => !common.includes(permission));
  return [name, [...placeOf(project), ...options], tried] as const;
});

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
  const uniform = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
  for (const name of ['states', 'mounted']) {
    await sandbox.ask('POST', `/storage/v1/b?project=demo-project`, { name, ...uniform });
  }
  await sandbox.ask('POST', '/compute/v1/projects/demo-project/zones/us-central1-a/reservations', {
    name: 'winter',
    specificReservation: { count: 1, instanceProperties: { machineType: 'a2-highgpu-2g' } },
    specificReservationRequired: true,
  });
  await sandbox.ask('PUT', `/_sandbox/projects/${apis}/apis/iam.googleapis.com`, { state: 'DISABLED' });
});
afterAll(() => desk[Symbol.dispose]());

it.each(cases)(
  'create ends before its first change when one permission is missing, and names it: %s',
  async (_, options, permissions) => {
    const wrong: string[] = [];
    for (const permission of permissions) {
      await sandbox.breaks({ deniedPermission: { permission } });
      await sandbox.ask('PUT', '/_sandbox/permissions');

      const { code, text } = await create(options);

      const used = (await sandbox.ask('GET', '/_sandbox/permissions')) as UsedPermission[];
      const changes = used.map((one) => one.permission).filter((one) => !/\.(get|list)\w*$|\.use$/.test(one));
      const [fault = ''] = text.split('\n').filter((line) => line.includes('"event":"fault"'));
      if (code !== 11 || !fault.includes(permission) || changes.length > 0) {
        wrong.push(
          `${permission}: code ${code}, changed by ${changes.join(', ') || 'nothing'}, said ${fault.slice(60, 300)}`,
        );
      }
    }

    expect(permissions.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  },
);

function placeOf(project = 'demo-project'): string[] {
  return ['--project-id', project, '--name-prefix', 'demo', '--zone', 'us-central1-a'];
}

function neededBy([, options, project]: (typeof clusters)[number]): string[] {
  const read = readOptions({ env: {}, argv: ['create', ...placeOf(project), ...options] }).options;
  return neededPermissions(read, ['project', 'bucket', 'new bucket', 'mounts']);
}

/** Runs create in this process, on the sandbox that is served; it has no Terraform, so that it ends where it would be needed. */
async function create(options: readonly string[]): Promise<{ code: number; text: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  let text = '';
  for (const stream of [out, err]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const folders = ['--sandbox-dir', join(desk.path, 'sandbox'), '--work-dir', join(desk.path, 'work')];
  const code = await main({
    argv: ['create', ...options, '--json', '--sandbox', ...folders, '--sandbox-machines', 'off'],
    environment: { PATH: '/nowhere', HOME: desk.path },
    out,
    err,
    program: ['cluster-provision'],
    streams: () => ({ input: new PassThrough(), output: new PassThrough() }),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  return { code, text };
}
