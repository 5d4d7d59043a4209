import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Request } from '../../service.ts';
import { findBucket } from './bucket.ts';
import { download } from './download.ts';
import { mergePatch, pick } from './merge.ts';
import { ObjectFields, checkHold, erase, findObject, objectView, retire, saveObject } from './object.ts';
import { checkPreconditions } from './preconditions.ts';

const writable = Object.keys(ObjectFields.shape);

/** A body of which only the writable fields are looked at. */
export const ObjectBody = z.looseObject({});

/** https://cloud.google.com/storage/docs/json_api/v1/objects/get: metadata, or the bytes with `alt=media`. */
export function getObject(request: Request): unknown {
  if (request.query['alt'] === 'media') return download(request);
  const { bucket = '', object = '' } = request.params;
  const found = findObject(request, findBucket(request.store, bucket), object, 'storage.objects.get');
  checkPreconditions(request, found);
  return objectView(found, request.baseUrl);
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects/patch */
export function patchObject(request: Request & { body: object }): object {
  return change(request, (present) => mergePatch(present, pick(request.body, writable)));
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects/update: what is not in the body is gone. */
export function updateObject(request: Request & { body: object }): object {
  return change(request, () => pick(request.body, writable));
}

/**
 * https://cloud.google.com/storage/docs/json_api/v1/objects/delete: without a generation the live version goes (and is
 * kept as noncurrent where the bucket keeps versions), with one that version goes for good.
 */
export function deleteObject(request: Request): undefined {
  const { bucket: bucketName = '', object: name = '' } = request.params;
  const bucket = findBucket(request.store, bucketName);
  const found = findObject(request, bucket, name, 'storage.objects.delete');
  checkPreconditions(request, found);
  checkHold(found);
  if (request.query['generation'] === undefined) retire(request, bucket, found, request.now);
  else erase(request, found);
}

function change(request: Request, make: (present: object) => object): object {
  const { bucket = '', object = '' } = request.params;
  const found = findObject(request, findBucket(request.store, bucket), object, 'storage.objects.update');
  checkPreconditions(request, found);
  const fields = ObjectFields.safeParse(make(pick(found, writable)));
  if (!fields.success) throw new ApiError(400, 'invalid', z.prettifyError(fields.error));
  const kept = Object.fromEntries(Object.entries(found).filter(([key]) => !writable.includes(key)));
  const next = { ...kept, storageClass: found.storageClass, ...fields.data } as typeof found;
  return objectView(saveObject(request.store, next, request.now), request.baseUrl);
}
