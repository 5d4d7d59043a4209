import { expect, it } from 'vitest';

import { machineType } from '../../src/catalog/machine-types.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import { insertBucket, listObjects } from '../../src/google/storage.ts';
import { preflight } from '../../src/preflight/preflight.ts';
import { created } from '../options/given.ts';
import { openCloud } from '../terraform/cloud-desk.ts';
import type { CloudDesk } from '../terraform/cloud-desk.ts';

const uniform = { uniformBucketLevelAccess: { enabled: true } };
const copied = { COPY_DIR_PATH: '/home/me/work' };

/** All checks of a create with these variables. */
async function check(desk: CloudDesk, variables: Record<string, string>): Promise<void> {
  const options = created({ PROJECT_ID: desk.project, ZONE: 'us-central1-a', ...variables });
  const clock = { now: Date.now, sleep: () => Promise.resolve() };
  const report = createReport({ show: () => undefined, close: () => undefined }, clock, createRedactor());
  const machine = machineType(options.vmType);
  await preflight({ cloud: desk.cloud, http: desk.http, options, machine, existing: 0, zone: undefined }, report);
}

it('refuses a bucket with ACLs when files are copied: no grant could be limited to them', async () => {
  const desk = await openCloud();
  await insertBucket(desk.http, desk.project, { name: 'with-acls' });

  await expect(check(desk, { GCS_PATH: 'gs://with-acls/dir', ...copied })).rejects.toMatchObject({
    code: 'BUCKET_NOT_UNIFORM',
    exit: 2,
    message:
      'the bucket with-acls has no uniform bucket-level access, so machines cannot be allowed to read the copied files alone',
    fix: expect.stringContaining('`gcloud storage buckets update gs://with-acls --uniform-bucket-level-access`'),
  });
  expect(await listObjects(desk.http, 'with-acls')).toEqual([]);
});

it('refuses one that we would find by its name', async () => {
  const desk = await openCloud();
  await insertBucket(desk.http, desk.project, { name: `cluster-provision-${desk.project}` });

  await expect(check(desk, copied)).rejects.toMatchObject({ code: 'BUCKET_NOT_UNIFORM' });
});

it.each([
  ['a bucket with ACLs where nothing is copied', {}, { GCS_PATH: 'gs://given' }],
  ['a bucket with ACLs where the check is skipped', {}, { GCS_PATH: 'gs://given', SKIP_CHECKS: 'bucket', ...copied }],
  ['a bucket with uniform access', { iamConfiguration: uniform }, { GCS_PATH: 'gs://given', ...copied }],
  ['no bucket yet', {}, copied],
])('lets pass %s', async (_what, body, variables) => {
  const desk = await openCloud();
  await insertBucket(desk.http, desk.project, { name: 'given', ...body });

  await expect(check(desk, variables)).resolves.toBeUndefined();
});
