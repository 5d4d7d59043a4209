import { beforeEach, describe, expect, it } from 'vitest';

import { placeBucket } from '../../src/sandbox/services/storage/place.ts';
import { googleProject, jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { Refusal, Target } from './storage-target.ts';

interface Bucket {
  name: string;
  projectNumber: string;
  location: string;
  locationType: string;
  storageClass: string;
  metageneration: string;
  etag: string;
  labels?: Record<string, string>;
  lifecycle?: object;
  versioning?: object;
  retentionPolicy?: { retentionPeriod: string };
  softDeletePolicy: { retentionDurationSeconds: string };
  iamConfiguration: {
    publicAccessPrevention: string;
    uniformBucketLevelAccess: { enabled: boolean; lockedTime?: string };
  };
}

describe('buckets', () => {
  let target: Target;
  beforeEach(async () => {
    target = await openTarget();
  });

  it('are made with the defaults that Google fills in, and shown as they were made', async () => {
    const name = await target.bucket({ location: 'us-central1', labels: { a: 'b' }, lifecycle: { rule: [] } });

    const bucket = await target.json<Bucket>(`/storage/v1/b/${name}`);

    expect(bucket).toMatchObject({
      kind: 'storage#bucket',
      id: name,
      name,
      selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
      location: 'US-CENTRAL1',
      locationType: 'region',
      storageClass: 'STANDARD',
      metageneration: '1',
      etag: 'CAE=',
      labels: { a: 'b' },
      softDeletePolicy: { retentionDurationSeconds: '604800' },
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'inherited' },
    });
    expect(bucket.projectNumber).toMatch(/^\d{11,13}$/);
    expect(Date.parse(bucket.iamConfiguration.uniformBucketLevelAccess.lockedTime ?? '')).toBeGreaterThan(Date.now());
    expect(bucket).not.toHaveProperty('lifecycle');
    expect(Object.keys(bucket).filter((key) => key.startsWith('_'))).toEqual([]);
  });

  it('keep every setting they are given', async () => {
    const settings = {
      location: 'EU',
      storageClass: 'NEARLINE',
      versioning: { enabled: true },
      retentionPolicy: { retentionPeriod: '60' },
      lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 30 } }] },
      softDeletePolicy: { retentionDurationSeconds: '0' },
      cors: [{ origin: ['*'], method: ['GET'], maxAgeSeconds: 60 }],
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    };
    const name = await target.bucket(settings);

    const bucket = await target.json<Bucket>(`/storage/v1/b/${name}`);

    expect(bucket).toMatchObject({ ...settings, locationType: 'multi-region' });
  });

  it('are changed field by field with PATCH: null takes away, lists are replaced', async () => {
    const name = await target.bucket({ labels: { a: 'b', c: 'd' } });

    const patched = await target.json<Bucket>(
      `/storage/v1/b/${name}`,
      jsonBody('PATCH', { labels: { a: null, e: 'f' }, versioning: { enabled: true } }),
    );

    expect(patched).toMatchObject({ labels: { c: 'd', e: 'f' }, versioning: { enabled: true }, metageneration: '2' });
    expect(patched.etag).not.toBe('CAE=');
    expect(patched.labels).not.toHaveProperty('a');
  });

  it('are replaced with PUT: what is not said is gone', async () => {
    const name = await target.bucket({ labels: { a: 'b' } });

    const put = await target.json<Bucket>(`/storage/v1/b/${name}`, jsonBody('PUT', { versioning: { enabled: true } }));

    expect(put).toMatchObject({ name, versioning: { enabled: true } });
    expect(put).not.toHaveProperty('labels');
  });

  it('are not changed when their metageneration is another', async () => {
    const name = await target.bucket();

    const response = await target.ask(
      `/storage/v1/b/${name}?ifMetagenerationMatch=7`,
      jsonBody('PATCH', { labels: { a: 'b' } }),
    );

    expect(response.status).toBe(412);
    expect(((await response.json()) as Refusal).error.errors[0]?.reason).toBe('conditionNotMet');
  });

  it('are listed by project, prefix and page', async () => {
    const names = [await target.bucket(), await target.bucket(), await target.bucket()].sort();

    const found: string[] = [];
    for (let token = ''; ;) {
      const page = await target.json<{ items?: Bucket[]; nextPageToken?: string }>(
        `/storage/v1/b?project=${target.project}&prefix=conformance-&maxResults=2&pageToken=${encodeURIComponent(token)}`,
      );
      found.push(...(page.items ?? []).map(({ name }) => name));
      if (!page.nextPageToken) break;
      token = page.nextPageToken;
    }

    expect(found).toEqual(expect.arrayContaining(names));
    expect(found).toEqual(found.toSorted());
  });

  it('are not deleted while anything is in them', async () => {
    const name = await target.bucket();
    await target.put(name, 'x', 'x');

    const refused = await target.ask(`/storage/v1/b/${name}`, { method: 'DELETE' });
    await target.ask(objectPath(name, 'x'), { method: 'DELETE' });
    const deleted = await target.ask(`/storage/v1/b/${name}`, { method: 'DELETE' });

    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      error: { message: 'The bucket you tried to delete is not empty.', errors: [{ reason: 'conflict' }] },
    });
    expect(deleted.status).toBe(204);
    expect((await target.ask(`/storage/v1/b/${name}`)).status).toBe(404);
  });

  it('are not deleted while only noncurrent versions are in them', async () => {
    const name = await target.bucket({ versioning: { enabled: true } });
    await target.put(name, 'x', 'x');
    await target.ask(objectPath(name, 'x'), { method: 'DELETE' });

    expect((await target.ask(`/storage/v1/b/${name}`, { method: 'DELETE' })).status).toBe(409);
  });

  it('have names that are taken once for all', async () => {
    const name = await target.bucket();

    const response = await target.ask(`/storage/v1/b?project=${target.project}`, jsonBody('POST', { name }));

    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('you already own it'), errors: [{ reason: 'conflict' }] },
    });
  });

  it.skipIf(googleProject)('have names that strangers took (needs a stranger)', async () => {
    if (target.world) placeBucket(target.world, 'a-strangers-bucket', 'a-strangers-project', 'closed');

    const created = await target.ask(
      `/storage/v1/b?project=${target.project}`,
      jsonBody('POST', { name: 'a-strangers-bucket' }),
    );
    const read = await target.ask('/storage/v1/b/a-strangers-bucket');
    const { items = [] } = await target.json<{ items?: Bucket[] }>(`/storage/v1/b?project=${target.project}`);

    expect(created.status).toBe(409);
    expect(((await created.json()) as Refusal).error.message).toContain('The requested bucket name is not available');
    expect(read.status).toBe(403);
    expect(((await read.json()) as Refusal).error.message).toContain('does not have storage.buckets.get access');
    expect(items).toEqual([]);
  });

  it.each([
    ['too short', 'ab', 400, 'invalid'],
    ['upper case', 'Capitals', 400, 'invalid'],
    ['a dash at its end', 'dash-', 400, 'invalid'],
    ['an address', '192.168.5.4', 400, 'invalid'],
    ['Google in it', 'my-google-bucket', 400, 'invalid'],
    ['a domain nobody proved', 'data.example.com', 403, 'forbidden'],
    ['nothing', '', 400, 'required'],
  ])('refuse a name: %s', async (_what, name, status, reason) => {
    const response = await target.ask(`/storage/v1/b?project=${target.project}`, jsonBody('POST', { name }));

    expect(response.status).toBe(status);
    expect(((await response.json()) as Refusal).error).toMatchObject({
      code: status,
      errors: [{ reason, domain: 'global' }],
    });
  });

  it.each([
    ['a location that is none', { location: 'moon' }],
    ['a storage class that is none', { storageClass: 'SHINY' }],
    ['labels that are no texts', { labels: { a: 1 } }],
  ])('refuse %s with 400', async (_what, body) => {
    const name = `conformance-${Date.now()}`;

    const response = await target.ask(`/storage/v1/b?project=${target.project}`, jsonBody('POST', { name, ...body }));

    expect(response.status).toBe(400);
  });

  it('are made with a project, else 400', async () => {
    const response = await target.ask('/storage/v1/b', jsonBody('POST', { name: 'conformance-without-project' }));

    expect(response.status).toBe(400);
  });

  it('that are missing are 404 for every method', async () => {
    const missing = '/storage/v1/b/conformance-there-is-no-such-bucket';

    const answers = await Promise.all([
      target.ask(missing),
      target.ask(missing, { method: 'DELETE' }),
      target.ask(missing, jsonBody('PATCH', {})),
      target.ask(`${missing}/o`),
      target.ask(`${missing}/iam`),
      target.ask(`${missing.replace('/storage', '/upload/storage')}/o?uploadType=media&name=x`, {
        method: 'POST',
        body: 'x',
      }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  });

  it.skipIf(googleProject)('are found without the version in the path too (for emulators only)', async () => {
    const name = await target.bucket();

    expect(await target.json(`/b/${name}`)).toEqual(await target.json(`/storage/v1/b/${name}`));
  });

  it.each(['storageLayout', 'managedFolders', 'anywhereCaches', 'anywhereCaches/'])(
    'answer %s, which clients ask',
    async (what) => {
      const name = await target.bucket({ location: 'us-central1' });

      const response = await target.ask(`/storage/v1/b/${name}/${what}`);

      expect(response.status).toBe(200);
    },
  );
});
