import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Request } from '../../service.ts';
import { findBucket } from './bucket.ts';
import { pick } from './merge.ts';
import { ObjectFields, commitObject, findObject, objectView } from './object.ts';
import type { StoredObject } from './object.ts';
import { checkPreconditions } from './preconditions.ts';

const writable = Object.keys(ObjectFields.shape);

/** https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite: done in one step, whatever the size. */
export function rewriteObject(request: Request & { body: object }): object {
  const object = copy(request);
  return {
    kind: 'storage#rewriteResponse',
    totalBytesRewritten: object.size,
    objectSize: object.size,
    done: true,
    resource: objectView(object, request.baseUrl),
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects/copy */
export function copyObject(request: Request & { body: object }): object {
  return objectView(copy(request), request.baseUrl);
}

function copy(request: Request & { body: object }): StoredObject {
  const { store, contents, query, params, body } = request;
  const from = findBucket(store, params['bucket'] ?? '');
  const source = findObject(request, from, params['object'] ?? '', 'storage.objects.get', query['sourceGeneration']);
  checkPreconditions(request, source, 'ifSource');
  const to = findBucket(store, params['destinationBucket'] ?? '');
  // Without metadata in the body the copy has the source's, but the storage class of its new bucket.
  const { storageClass: _class, ...same } = pick(source, writable);
  const fields = ObjectFields.safeParse(Object.keys(body).length > 0 ? pick(body, writable) : same);
  if (!fields.success) throw new ApiError(400, 'invalid', z.prettifyError(fields.error));
  return commitObject(request, to.name, {
    name: params['destinationObject'] ?? '',
    fields: fields.data,
    content: {
      id: contents.copy(source._content),
      size: Number(source.size),
      md5: source.md5Hash ?? '',
      crc32c: source.crc32c,
    },
    ...(source.componentCount ? { componentCount: source.componentCount } : {}),
  });
}
