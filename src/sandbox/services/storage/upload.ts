import type { Request } from '../../service.ts';
import { ApiError } from '../../service.ts';
import { authorize } from './access.ts';
import { findBucket } from './bucket.ts';
import { checkHashes } from './claimed-hashes.ts';
import { describe } from './described.ts';
import type { Described } from './described.ts';
import { readMultipart } from './multipart.ts';
import { commitObject, objectView } from './object.ts';
import { continueUpload, startUpload } from './resumable.ts';

/** https://cloud.google.com/storage/docs/uploading-objects: media, multipart, and resumable uploads. */
export async function upload(request: Request): Promise<unknown> {
  switch (request.query['uploadType']) {
    case 'media':
      return await uploadMedia(request);
    case 'multipart':
      return await uploadMultipart(request);
    case 'resumable':
      if (request.query['upload_id']) return await continueUpload(request);
      return await startUpload(request);
    default:
      throw new ApiError(400, 'invalidParameter', `Invalid upload type: ${request.query['uploadType'] ?? 'none'}`);
  }
}

async function uploadMedia(request: Request): Promise<object> {
  return await store(request, describe(request, '', request.headers['content-type']), request.raw ?? empty());
}

async function uploadMultipart(request: Request): Promise<object> {
  const contentType = request.headers['content-type'] ?? '';
  const parts = await readMultipart(contentType, request.raw ?? empty());
  return await store(request, describe(request, parts.metadata, parts.contentType), parts.media);
}

async function store(request: Request, described: Described, bytes: AsyncIterable<Buffer>): Promise<object> {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.objects.create', described.name);
  const content = await request.contents.write(bytes);
  checkHashes(request.contents, content, described.hashes);
  const object = commitObject(request, bucket.name, { name: described.name, fields: described.fields, content });
  return objectView(object, request.baseUrl);
}

async function* empty(): AsyncGenerator<Buffer> {}
