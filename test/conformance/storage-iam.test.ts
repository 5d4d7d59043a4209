import { beforeEach, describe, expect, it } from 'vitest';

import { issueToken } from '../../src/sandbox/tokens.ts';
import { googleProject, jsonBody, objectPath, openTarget } from './storage-target.ts';
import type { Refusal, Target } from './storage-target.ts';

interface Policy {
  version: number;
  etag: string;
  bindings: { role: string; members: string[]; condition?: object }[];
}

describe('the policy of a bucket', () => {
  let target: Target;
  let bucket: string;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
  });

  function policy(): Promise<Policy> {
    return target.json(`/storage/v1/b/${bucket}/iam?optionsRequestedPolicyVersion=3`);
  }
  function write(body: object): Promise<Response> {
    return target.ask(`/storage/v1/b/${bucket}/iam`, jsonBody('PUT', body));
  }

  it('begins with the roles that Google gives the project', async () => {
    const { bindings, etag } = await policy();

    expect(bindings.map(({ role }) => role)).toEqual([
      'roles/storage.legacyBucketOwner',
      'roles/storage.legacyBucketReader',
      'roles/storage.legacyObjectOwner',
      'roles/storage.legacyObjectReader',
    ]);
    expect(bindings[0]?.members).toEqual([`projectEditor:${target.project}`, `projectOwner:${target.project}`]);
    expect(etag).toMatch(/^CA[A-P]=$/);
  });

  it('is read back as it was written, under another etag', async () => {
    const before = await policy();
    const added = { role: 'roles/storage.objectViewer', members: ['user:a@example.com'] };

    const written = await write({ ...before, bindings: [...before.bindings, added] });

    expect(written.status).toBe(200);
    const after = await policy();
    expect(after.bindings).toContainEqual(added);
    expect(after.etag).not.toBe(before.etag);
  });

  it('is not written over with a stale etag', async () => {
    const before = await policy();
    await write(before);

    const response = await write({ ...before, bindings: [] });

    expect(response.status).toBe(412);
    expect(((await response.json()) as Refusal).error.errors[0]?.reason).toBe('conditionNotMet');
    expect((await policy()).bindings).toHaveLength(before.bindings.length);
  });

  const reader = { role: 'roles/storage.objectViewer', members: ['user:a@example.com'] };
  const only = { title: 'files', expression: 'resource.name.startsWith("projects/_/buckets/b/objects/f/")' };
  it.each([
    ['a member of no kind', { bindings: [{ ...reader, members: ['a@example.com'] }] }, 400],
    ['a role of no form', { bindings: [{ ...reader, role: 'viewer' }] }, 400],
    ['a condition without version 3', { version: 1, bindings: [{ ...reader, condition: only }] }, 400],
    [
      'a condition that is no expression',
      { version: 3, bindings: [{ ...reader, condition: { expression: 'resource.' } }] },
      400,
    ],
    ['a condition', { version: 3, bindings: [{ ...reader, condition: only }] }, 200],
  ])('is answered for %s with the right status', async (_what, body, status) => {
    expect((await write(body)).status).toBe(status);
  });

  it('admits nobody from outside when public access is prevented', async () => {
    const prevented = { iamConfiguration: { publicAccessPrevention: 'enforced' } };
    await target.ask(`/storage/v1/b/${bucket}`, jsonBody('PATCH', prevented));

    expect((await write({ bindings: [{ ...reader, members: ['allUsers'] }] })).status).toBe(412);
  });

  it('tells which of the asked permissions we have', async () => {
    const path = `/storage/v1/b/${bucket}/iam/testPermissions`;

    const answer = await target.json(`${path}?permissions=storage.objects.get&permissions=storage.buckets.delete`);

    expect(answer).toEqual({
      kind: 'storage#testIamPermissionsResponse',
      permissions: ['storage.objects.get', 'storage.buckets.delete'],
    });
  });
});

describe.skipIf(googleProject)('a machine’s service account (needs its token, which the sandbox can make)', () => {
  const member = 'serviceAccount:machine@elsewhere.iam.gserviceaccount.com';
  let target: Target;
  let bucket: string;
  let headers: Record<string, string>;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
    await target.put(bucket, 'd/files/x', 'for machines');
    await target.put(bucket, 'd/state/x', 'not for machines');
    const { store } = target.world ?? {};
    headers = { authorization: `Bearer ${store ? issueToken(store, member, Date.now()) : ''}` };
  });

  async function grant(role: string, condition?: object): Promise<void> {
    const path = `/storage/v1/b/${bucket}/iam`;
    const { bindings } = await target.json<Policy>(path);
    const binding = { role, members: [member], ...(condition ? { condition } : {}) };
    const response = await target.ask(path, jsonBody('PUT', { version: 3, bindings: [...bindings, binding] }));
    expect(response.status).toBe(200);
  }
  async function status(path: string, method = 'GET'): Promise<number> {
    return (await target.ask(path, { method, headers, ...(method === 'POST' ? { body: 'x' } : {}) })).status;
  }

  it('may do nothing without a grant, and is told so', async () => {
    const refused = await target.ask(objectPath(bucket, 'd/files/x', '?alt=media'), { headers });

    expect(refused.status).toBe(403);
    expect(((await refused.json()) as Refusal).error).toMatchObject({
      message: expect.stringMatching(
        /^machine@elsewhere\.iam\.gserviceaccount\.com does not have storage\.objects\.get access/,
      ),
      errors: [{ reason: 'forbidden' }],
    });
    expect(await status(`/${bucket}/d/files/x`)).toBe(403);
    expect(await status(`/storage/v1/b/${bucket}/o`)).toBe(403);
    expect(await status(`/storage/v1/b/${bucket}`)).toBe(403);
    expect(await status(`/upload/storage/v1/b/${bucket}/o?uploadType=media&name=y`, 'POST')).toBe(403);
  });

  it('reads where a condition lets it, and neither beside that nor writes', async () => {
    await grant('roles/storage.objectViewer', {
      title: 'files only',
      expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/d/files/")`,
    });

    expect(await status(objectPath(bucket, 'd/files/x', '?alt=media'))).toBe(200);
    expect(await status(`/${bucket}/d/files/x`)).toBe(200);
    expect(await status(objectPath(bucket, 'd/state/x', '?alt=media'))).toBe(403);
    expect(await status(`/storage/v1/b/${bucket}/o?prefix=d/files/`)).toBe(403);
    expect(await status(objectPath(bucket, 'd/files/x'), 'DELETE')).toBe(403);
    expect(await status(`/upload/storage/v1/b/${bucket}/o?uploadType=media&name=d/files/y`, 'POST')).toBe(403);
  });

  it('does not even learn that nothing is there when it may not list', async () => {
    await grant('roles/storage.objectViewer', {
      title: 'files only',
      expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/d/files/")`,
    });

    expect(await status(objectPath(bucket, 'd/files/nothing'))).toBe(403);
  });

  it('reads everything, lists, and sees 404 with an unconditional grant', async () => {
    await grant('roles/storage.objectViewer');

    expect(await status(objectPath(bucket, 'd/state/x'))).toBe(200);
    expect(await status(`/storage/v1/b/${bucket}/o`)).toBe(200);
    expect(await status(objectPath(bucket, 'nothing'))).toBe(404);
  });

  it('that may only create cannot write over what is there', async () => {
    await grant('roles/storage.objectCreator');
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=`;

    expect(await status(`${path}new`, 'POST')).toBe(200);
    expect(await status(`${path}new`, 'POST')).toBe(403);
  });

  it.each([
    ['a list prefix', 'api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("d/files/")', 200],
    ['another list prefix', 'api.getAttribute("storage.googleapis.com/objectListPrefix", "") == "d/state/"', 403],
    ['a time that is over', 'request.time < timestamp("2020-01-01T00:00:00Z")', 403],
    [
      'a type and a time',
      'resource.type == "storage.googleapis.com/Bucket" && request.time > timestamp("2020-01-01T00:00:00Z")',
      200,
    ],
    ['a choice', '(resource.name == "x" || !(resource.service == "other.googleapis.com"))', 200],
  ])('may list under %s', async (_what, expression, expected) => {
    await grant('roles/storage.objectViewer', { title: 'some', expression });

    expect(await status(`/storage/v1/b/${bucket}/o?prefix=d/files/`)).toBe(expected);
  });

  it('cannot be granted anything when it does not exist in a project of ours', async () => {
    const body = {
      bindings: [
        {
          role: 'roles/storage.objectViewer',
          members: [`serviceAccount:nobody@${target.project}.iam.gserviceaccount.com`],
        },
      ],
    };

    const response = await target.ask(`/storage/v1/b/${bucket}/iam`, jsonBody('PUT', body));

    expect(response.status).toBe(400);
    expect(((await response.json()) as Refusal).error.message).toContain('does not exist');
  });
});
