import * as z from 'zod';

import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

const Bucket = z.object({
  name: z.string(),
  projectNumber: z.coerce.string(),
  location: z.string().default(''),
  metageneration: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  versioning: z.object({ enabled: z.boolean().default(false) }).optional(),
  softDeletePolicy: z.object({ retentionDurationSeconds: z.coerce.number().default(0) }).optional(),
  iamConfiguration: z
    .object({
      publicAccessPrevention: z.string().default('inherited'),
      uniformBucketLevelAccess: z.object({ enabled: z.boolean().default(false) }).optional(),
    })
    .optional(),
});

/** A bucket, as far as it matters to us. */
export type Bucket = z.output<typeof Bucket>;

const StoredObject = z.object({
  name: z.string(),
  generation: z.string(),
  size: z.coerce.number().default(0),
  updated: z.string().default(''),
});

/** One version of an object; `generation` rises with each write. */
export type StoredObject = z.output<typeof StoredObject>;

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
export function getBucket(http: GoogleHttp, name: string): Promise<Bucket> {
  return http.call({ method: 'GET', service: 'storage', path: bucketPath(name) }, Bucket);
}

/**
 * Of `permissions`, those that these credentials do not have in the bucket.
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
 */
export async function missingBucketPermissions(
  http: GoogleHttp,
  bucket: string,
  permissions: readonly string[],
): Promise<string[]> {
  const asked = permissions.map((permission) => `permissions=${permission}`).join('&');
  const reply = await http.call(
    { method: 'GET', service: 'storage', path: `${bucketPath(bucket)}/iam/testPermissions?${asked}` },
    z.object({ permissions: z.array(z.string()).default([]) }),
  );
  return permissions.filter((permission) => !reply.permissions.includes(permission));
}

/** Not sent twice: the second of two would find the first. https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export function insertBucket(http: GoogleHttp, project: string, body: object): Promise<Bucket> {
  return http.call({ method: 'POST', service: 'storage', path: '/storage/v1/b', query: { project }, body }, Bucket);
}

/** Google refuses a bucket that is not empty. https://cloud.google.com/storage/docs/json_api/v1/buckets/delete */
export async function deleteBucket(http: GoogleHttp, name: string): Promise<void> {
  await http.call({ method: 'DELETE', service: 'storage', path: bucketPath(name) }, z.unknown());
}

/** The project's buckets whose name begins with `prefix`. https://cloud.google.com/storage/docs/json_api/v1/buckets/list */
export async function listBuckets(http: GoogleHttp, project: string, prefix: string): Promise<Bucket[]> {
  const Page = z.object({ items: z.array(Bucket).default([]), nextPageToken: z.string().optional() });
  const call = { method: 'GET', service: 'storage', path: '/storage/v1/b', query: { project, prefix } } as const;
  const buckets: Bucket[] = [];
  for await (const page of http.pages(call, Page)) buckets.push(...page.items);
  return buckets;
}

/**
 * Objects whose name begins with `prefix`; with `versions`, noncurrent ones as well.
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list
 */
export async function listObjects(
  http: GoogleHttp,
  bucket: string,
  query: { prefix?: string; versions?: boolean; maxResults?: number } = {},
): Promise<StoredObject[]> {
  const Page = z.object({ items: z.array(StoredObject).default([]), nextPageToken: z.string().optional() });
  const call = { method: 'GET', service: 'storage', path: `${bucketPath(bucket)}/o`, query } as const;
  const objects: StoredObject[] = [];
  for await (const page of http.pages(call, Page)) {
    objects.push(...page.items);
    if (query.maxResults !== undefined && objects.length >= query.maxResults) break;
  }
  return objects;
}

/** `undefined` when there is no such object. https://cloud.google.com/storage/docs/json_api/v1/objects/get */
export function getObject(http: GoogleHttp, bucket: string, name: string): Promise<StoredObject | undefined> {
  return unlessMissing(http.call({ method: 'GET', service: 'storage', path: objectPath(bucket, name) }, StoredObject));
}

/** The text of an object, the generation it belongs to, and when that was written (milliseconds since 1970); `undefined` = there is none. */
export async function readText(
  http: GoogleHttp,
  bucket: string,
  name: string,
): Promise<{ text: string; generation: string; updated: number } | undefined> {
  const object = await getObject(http, bucket, name);
  if (object === undefined) return undefined;
  const { generation } = object;
  const text = await unlessMissing(
    http.call(
      {
        method: 'GET',
        service: 'storage',
        path: objectPath(bucket, name),
        query: { alt: 'media', generation },
        text: true,
      },
      z.string(),
    ),
  );
  return text === undefined ? undefined : { text, generation, updated: Date.parse(object.updated) };
}

/**
 * Writes a small object in one request. With `ifGenerationMatch` (0 = there is none yet) Google refuses with 412 when
 * somebody else wrote in between. https://cloud.google.com/storage/docs/json_api/v1/objects/insert
 */
export function putText(
  http: GoogleHttp,
  object: { bucket: string; name: string; text: string; type?: string; ifGenerationMatch?: string | number },
): Promise<StoredObject> {
  const { bucket, name, text, type = 'application/json', ifGenerationMatch } = object;
  return http.call(
    {
      method: 'POST',
      service: 'storage',
      path: `/upload${bucketPath(bucket)}/o`,
      query: { uploadType: 'media', name, ifGenerationMatch },
      media: { type, content: text },
      // The same text twice is the same object; with a precondition the caller has to expect 412 from its own first try.
      idempotent: ifGenerationMatch === undefined,
    },
    StoredObject,
  );
}

/**
 * Deletes an object: `generation` takes away that version for good, `ifGenerationMatch` only acts when it is the
 * current one. One that is gone already is no failure. https://cloud.google.com/storage/docs/json_api/v1/objects/delete
 */
export async function deleteObject(
  http: GoogleHttp,
  object: { bucket: string; name: string; generation?: string; ifGenerationMatch?: string },
): Promise<void> {
  const { bucket, name, generation, ifGenerationMatch } = object;
  await unlessMissing(
    http.call(
      {
        method: 'DELETE',
        service: 'storage',
        path: objectPath(bucket, name),
        query: { generation, ifGenerationMatch },
      },
      z.unknown(),
    ),
  );
}

/** Deletes many versions of objects, 16 at a time. */
export async function deleteObjects(
  http: GoogleHttp,
  bucket: string,
  objects: readonly Pick<StoredObject, 'name' | 'generation'>[],
): Promise<void> {
  const waiting = objects.values();
  async function work(): Promise<void> {
    for (const { name, generation } of waiting) await deleteObject(http, { bucket, name, generation });
  }
  await Promise.all(Array.from({ length: 16 }, work));
}

function bucketPath(bucket: string): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}`;
}

function objectPath(bucket: string, name: string): string {
  return `${bucketPath(bucket)}/o/${encodeURIComponent(name)}`;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGoogleError(error, 404)) return undefined;
    throw error;
  }
}
