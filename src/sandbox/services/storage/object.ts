import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Request, Store, World } from '../../service.ts';
import type { Written } from '../../contents.ts';
import { authorize, forbidden, mayAccess } from './access.ts';
import type { Asker } from './access.ts';
import type { Bucket } from './bucket.ts';
import { findBucket } from './bucket.ts';
import { etagOf } from './etag.ts';
import { checkObjectName } from './names.ts';
import { checkPreconditions } from './preconditions.ts';

/** The fields of an object that its writer decides. */
export const ObjectFields = z.object({
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  contentDisposition: z.string().optional(),
  contentLanguage: z.string().optional(),
  cacheControl: z.string().optional(),
  storageClass: z.string().optional(),
  customTime: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  temporaryHold: z.boolean().optional(),
  eventBasedHold: z.boolean().optional(),
  retention: z.looseObject({}).optional(),
});
export type ObjectFields = z.output<typeof ObjectFields>;

/** An object as it is kept: https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export interface StoredObject extends ObjectFields {
  kind: 'storage#object';
  id: string;
  selfLink: string;
  name: string;
  bucket: string;
  generation: string;
  metageneration: string;
  storageClass: string;
  size: string;
  md5Hash?: string;
  crc32c: string;
  etag: string;
  timeCreated: string;
  updated: string;
  timeStorageClassUpdated: string;
  timeFinalized: string;
  timeDeleted?: string;
  componentCount?: number;
  /** The id of its bytes. */
  _content: string;
}

/** What becomes an object: its bytes are written already. */
export interface NewObject {
  name: string;
  fields: ObjectFields;
  content: Written;
  /** How many parts it was composed of; such objects have no md5. */
  componentCount?: number;
}

/** Where the live version of an object is kept. */
export function liveKey(bucket: string, name: string): string {
  return `${bucket}/${name}`;
}

/** Where an older version is kept: names hold no line feed, and generations have 16 digits, so keys sort by both. */
function noncurrentKey(bucket: string, name: string, generation: string): string {
  return `${bucket}/${name}\n${generation.padStart(16, '0')}`;
}

/**
 * The object that the request names (by `generation`, else the live one), once `permission` is there. Throws 404, or
 * 403 where the asker may not even know that nothing is there.
 */
export function findObject(
  asker: Asker,
  bucket: Bucket,
  name: string,
  permission: string,
  generation = asker.query['generation'],
): StoredObject {
  authorize(asker, bucket, permission, name);
  const found = versionOf(asker.store, bucket.name, name, generation);
  if (found) return found;
  if (!mayAccess(asker, bucket, 'storage.objects.list')) {
    throw forbidden(asker.principal, permission, 'Google Cloud Storage object');
  }
  throw new ApiError(404, 'notFound', `No such object: ${bucket.name}/${name}${generation ? `#${generation}` : ''}`);
}

/** The live object of a name, or that generation of it. */
export function versionOf(store: Store, bucket: string, name: string, generation?: string): StoredObject | undefined {
  const live = store.get<StoredObject>('objects', liveKey(bucket, name));
  if (generation === undefined || live?.generation === generation) return live;
  return store.get<StoredObject>('noncurrentObjects', noncurrentKey(bucket, name, generation));
}

/**
 * Makes a new live object, atomically: between looking at preconditions and the change nothing else happens. The
 * bytes are thrown away when it is refused. Throws 404, 403, 412.
 */
export function commitObject(request: Request, bucketName: string, made: NewObject): StoredObject {
  try {
    const bucket = findBucket(request.store, bucketName);
    checkObjectName(made.name);
    authorize(request, bucket, 'storage.objects.create', made.name);
    const present = versionOf(request.store, bucket.name, made.name);
    if (present) authorize(request, bucket, 'storage.objects.delete', made.name);
    checkPreconditions(request, present);
    if (present) checkHold(present);
    if (present) retire(request, bucket, present, request.now);
    const object = newObject(request.store.nextId(), bucket, made, request.now);
    request.store.put('objects', liveKey(bucket.name, made.name), object);
    return object;
  } catch (error) {
    request.contents.remove(made.content.id);
    throw error;
  }
}

/** Throws 403 while somebody holds the object. */
export function checkHold({ bucket, name, temporaryHold, eventBasedHold }: StoredObject): void {
  if (!temporaryHold && !eventBasedHold) return;
  throw new ApiError(
    403,
    'forbidden',
    `Object '${bucket}/${name}' is under active hold and cannot be deleted, overwritten or archived until hold is removed.`,
  );
}

/** Keeps changed metadata under the object's next metageneration. */
export function saveObject(store: Store, object: StoredObject, now: number): StoredObject {
  const metageneration = String(Number(object.metageneration) + 1);
  const updated = new Date(now).toISOString();
  const next = { ...object, metageneration, updated, etag: etagOf(metageneration, object.generation) };
  if (object.timeDeleted)
    store.put('noncurrentObjects', noncurrentKey(object.bucket, object.name, object.generation), next);
  else store.put('objects', liveKey(object.bucket, object.name), next);
  return next;
}

/** Takes the live version away: it becomes noncurrent where the bucket keeps versions, else it is gone. */
export function retire(
  world: Pick<World, 'store' | 'contents'>,
  bucket: Bucket,
  object: StoredObject,
  now: number,
): void {
  if (!bucket.versioning?.enabled) {
    erase(world, object);
    return;
  }
  world.store.delete('objects', liveKey(bucket.name, object.name));
  world.store.put('noncurrentObjects', noncurrentKey(bucket.name, object.name, object.generation), {
    ...object,
    timeDeleted: new Date(now).toISOString(),
  });
}

/** Takes one version away for good. */
export function erase({ store, contents }: Pick<World, 'store' | 'contents'>, object: StoredObject): void {
  if (object.timeDeleted)
    store.delete('noncurrentObjects', noncurrentKey(object.bucket, object.name, object.generation));
  else store.delete('objects', liveKey(object.bucket, object.name));
  contents.remove(object._content);
}

/** The object as Google shows it, but with a link to its bytes that leads back to this sandbox. */
export function objectView({ _content, ...shown }: StoredObject, baseUrl: string): object {
  const path = `${encodeURIComponent(shown.bucket)}/o/${encodeURIComponent(shown.name)}`;
  return { ...shown, mediaLink: `${baseUrl}/download/storage/v1/b/${path}?generation=${shown.generation}&alt=media` };
}

/** The object that `made` becomes in `bucket`. */
export function newObject(generation: string, bucket: Bucket, made: NewObject, now: number): StoredObject {
  const time = new Date(now).toISOString();
  const { name, fields, content, componentCount } = made;
  return {
    kind: 'storage#object',
    id: `${bucket.name}/${name}/${generation}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}`,
    name,
    bucket: bucket.name,
    generation,
    metageneration: '1',
    contentType: 'application/octet-stream',
    ...fields,
    storageClass: fields.storageClass ?? bucket.storageClass,
    size: String(content.size),
    ...(componentCount ? { componentCount } : { md5Hash: content.md5 }),
    crc32c: content.crc32c,
    etag: etagOf(1, generation),
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
    timeFinalized: time,
    _content: content.id,
  };
}
