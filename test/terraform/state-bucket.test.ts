import { expect, it } from 'vitest';

import { getBucket, insertBucket, listObjects, putText } from '../../src/google/storage.ts';
import { bucketNames, ensureStateBucket, findStateBucket, forgetState } from '../../src/terraform/state-bucket.ts';
import { openCloud } from './cloud-desk.ts';
import type { CloudDesk, Refusal } from './cloud-desk.ts';

const base = 'cluster-provision-demo-project';

interface Notes {
  warnings: { text: string; data: Record<string, unknown> | undefined }[];
  info(): void;
  warn(text: string, data?: Record<string, unknown>): void;
}

function notes(): Notes {
  const warnings: Notes['warnings'] = [];
  return { warnings, info: () => undefined, warn: (text, data) => void warnings.push({ text, data }) };
}

function optionsOf(desk: CloudDesk, bucket?: string): Parameters<typeof ensureStateBucket>[1] {
  const gcsPath = bucket === undefined ? undefined : { bucket, directory: '' };
  return { projectId: desk.project, region: 'us-central1', gcsPath };
}

it('finds nothing, and makes nothing, where there is no bucket yet', async () => {
  const desk = await openCloud();

  const found = await findStateBucket(desk.http, optionsOf(desk));

  expect(found).toBeUndefined();
});

it('makes a bucket that is closed to the public and keeps old versions', async () => {
  const desk = await openCloud();
  const report = notes();

  const made = await ensureStateBucket(desk.http, optionsOf(desk), report);
  const again = await ensureStateBucket(desk.http, optionsOf(desk), report);

  expect(made).toEqual({ name: base, made: true, fresh: true, uniform: true });
  expect(again).toEqual({ name: base, made: true, fresh: false, uniform: true });
  expect(await findStateBucket(desk.http, optionsOf(desk))).toEqual(again);
  expect(await getBucket(desk.http, base)).toMatchObject({
    projectNumber: desk.projectNumber,
    location: 'US-CENTRAL1',
    labels: { 'managed-by': 'cluster-provision' },
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: 604_800 },
    iamConfiguration: { publicAccessPrevention: 'enforced', uniformBucketLevelAccess: { enabled: true } },
  });
  expect(report.warnings).toEqual([]);
});

it('steps aside when strangers have the name, and finds its own bucket again', async () => {
  const desk = await openCloud();
  const [, second = ''] = bucketNames(desk.project, desk.projectNumber, 'us-central1');
  await insertBucket(desk.http, 'stranger-project', { name: base });

  const made = await ensureStateBucket(desk.http, optionsOf(desk), notes());
  const found = await findStateBucket(desk.http, optionsOf(desk));

  expect(second).toMatch(/^cluster-provision-demo-project-[0-9a-f]{8}$/);
  expect([made.name, found?.name]).toEqual([second, second]);
});

it('asks for GCS_PATH when strangers have every name', async () => {
  const desk = await openCloud();
  const names = bucketNames(desk.project, desk.projectNumber, 'us-central1');
  for (const name of names) await insertBucket(desk.http, 'stranger-project', { name });

  await expect(ensureStateBucket(desk.http, optionsOf(desk), notes())).rejects.toMatchObject({
    code: 'BUCKET_NAME_TAKEN',
    message: `a bucket cannot be made for project demo-project: strangers have the names ${names.join(', ')}`,
    fix: expect.stringContaining('GCS_PATH'),
  });
});

it('takes the bucket that was made although the answer was lost', async () => {
  const desk = await openCloud();
  desk.refuse({ method: 'POST', path: '/storage/v1/b\\?' }, { status: 503, when: 'after' }, 1);

  const made = await ensureStateBucket(desk.http, optionsOf(desk), notes());

  expect(made.name).toBe(base);
});

it('keeps bucket names short enough for projects of a domain', () => {
  const names = bucketNames(`example.com:${'long-project-name-'.repeat(3)}`, '1', 'us-central1');

  expect(names.every((name) => name.length <= 63 && /^[a-z0-9-]+$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(4);
});

const email = 'kim@example.com';
const refusals: { what: string; refusal: Refusal; fault: object }[] = [
  {
    what: 'may not make one',
    refusal: {
      status: 403,
      reason: 'forbidden',
      message: `${email} does not have storage.buckets.create access to the Google Cloud project. Permission 'storage.buckets.create' denied on resource (or it may not exist).`,
    },
    fault: {
      code: 'BUCKET_DENIED',
      exit: 11,
      message: `${email} may not make the bucket ${base}: missing storage.buckets.create`,
      fix: expect.stringMatching(/GCS_PATH=.*--member=user:kim@example\.com --role=roles\/storage\.admin/),
    },
  },
  {
    what: 'has no billing account',
    refusal: {
      status: 403,
      reason: 'accountDisabled',
      message: 'The billing account for the owning project is disabled in state absent',
    },
    fault: { code: 'BILLING_DISABLED', exit: 13 },
  },
  {
    what: 'has the API switched off',
    refusal: {
      status: 403,
      reason: 'accessNotConfigured',
      message: 'Cloud Storage JSON API has not been used in project 1',
    },
    fault: { code: 'API_DISABLED', exit: 12 },
  },
  {
    what: 'is under a policy',
    refusal: {
      status: 412,
      reason: 'conditionNotMet',
      message: "'us-central1' violates constraint 'constraints/gcp.resourceLocations' on the resource 'projects/1'.",
    },
    fault: { code: 'BUCKET_POLICY', exit: 14, message: expect.stringContaining('constraints/gcp.resourceLocations') },
  },
  {
    what: 'is refused in words that we do not know',
    refusal: { status: 418, reason: 'teapot', message: 'I am a teapot' },
    fault: { code: 'GOOGLE_FAILED', message: expect.stringContaining('I am a teapot (418)') },
  },
];

it.each(refusals)('tells what to do when the project $what', async ({ refusal, fault }) => {
  const desk = await openCloud();
  desk.refuse({ method: 'POST', path: '/storage/v1/b\\?' }, refusal);

  await expect(ensureStateBucket(desk.http, optionsOf(desk), notes())).rejects.toMatchObject(fault);
});

it('looks at each name where buckets may not be listed', async () => {
  const desk = await openCloud();
  await ensureStateBucket(desk.http, optionsOf(desk), notes());
  const message = `${email} does not have storage.buckets.list access to the Google Cloud project.`;
  desk.refuse({ method: 'GET', path: '/storage/v1/b\\?' }, { status: 403, reason: 'forbidden', message });

  const found = await findStateBucket(desk.http, optionsOf(desk));

  expect(found?.name).toBe(base);
});

it('wants the bucket of GCS_PATH to exist', async () => {
  const desk = await openCloud();

  await expect(findStateBucket(desk.http, optionsOf(desk, 'my-bucket'))).rejects.toMatchObject({
    code: 'BUCKET_NOT_FOUND',
    message: 'GCS_PATH: the bucket my-bucket does not exist',
  });
});

it('warns about a bucket of GCS_PATH that is less safe, or that belongs to another project', async () => {
  const desk = await openCloud();
  await insertBucket(desk.http, 'other-project', {
    name: 'shared',
    softDeletePolicy: { retentionDurationSeconds: '0' },
  });
  const report = notes();

  const bucket = await ensureStateBucket(desk.http, optionsOf(desk, 'shared'), report);

  expect(bucket).toEqual({ name: 'shared', made: false, fresh: false, uniform: false });
  expect(report.warnings).toMatchObject([
    { text: 'the bucket of GCS_PATH belongs to another project' },
    {
      text: 'the bucket of state and files is less safe than it could be',
      data: {
        missing: [
          'public access is not prevented',
          'access is not uniform (ACLs count)',
          'no old versions are kept',
          'soft delete is shorter than 7 days',
        ],
      },
    },
  ]);
});

async function fill(desk: CloudDesk, bucket: string, folder: string): Promise<void> {
  for (const name of [
    'deployment.json',
    'terraform/state/default.tfstate',
    'terraform/state/default.tfstate',
    'files/a',
  ]) {
    await putText(desk.http, { bucket, name: `${folder}/${name}`, text: 'x' });
  }
}

it('forgets a deployment with all old versions, and its bucket when nothing else is in it', async () => {
  const desk = await openCloud();
  const { name: bucket } = await ensureStateBucket(desk.http, optionsOf(desk), notes());
  await fill(desk, bucket, 'a-deployment');
  await fill(desk, bucket, 'a-deployment-2');
  const common = { project: desk.project, bucket, madeBucket: true };

  const first = await forgetState(desk.http, { ...common, folder: 'a-deployment' });
  const left = await listObjects(desk.http, bucket, { versions: true });
  const second = await forgetState(desk.http, { ...common, folder: 'a-deployment-2' });

  expect(first).toBe(false);
  expect(left.map(({ name }) => name.split('/')[0])).toEqual(Array(4).fill('a-deployment-2'));
  expect(second).toBe(true);
  await expect(getBucket(desk.http, bucket)).rejects.toMatchObject({ status: 404 });
});

it('never deletes a bucket that it did not make', async () => {
  const desk = await openCloud();
  await fill(desk, 'state', 'a-deployment');

  const gone = await forgetState(desk.http, {
    project: desk.project,
    bucket: 'state',
    folder: 'a-deployment',
    madeBucket: false,
  });

  expect(gone).toBe(false);
  expect(await listObjects(desk.http, 'state', { versions: true })).toEqual([]);
  expect(await getBucket(desk.http, 'state')).toMatchObject({ name: 'state' });
});

it('deletes the record of the deployment last, so that a run that dies here can be repeated', async () => {
  const desk = await openCloud();
  await fill(desk, 'state', 'a-deployment');
  desk.refuse({ method: 'DELETE', path: 'tfstate' }, { status: 403, reason: 'forbidden', message: 'no' });

  const failure = forgetState(desk.http, {
    project: desk.project,
    bucket: 'state',
    folder: 'a-deployment',
    madeBucket: false,
  });

  await expect(failure).rejects.toMatchObject({
    code: 'BUCKET_DENIED',
    message: expect.stringContaining('storage.objects.delete'),
  });
  expect((await listObjects(desk.http, 'state')).map(({ name }) => name)).toContain('a-deployment/deployment.json');
});
