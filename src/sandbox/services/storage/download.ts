import { ApiError, Reply } from '../../service.ts';
import type { Headers, Request } from '../../service.ts';
import { findBucket } from './bucket.ts';
import { parseRange } from './byte-range.ts';
import { findObject } from './object.ts';
import type { StoredObject } from './object.ts';
import { checkPreconditions } from './preconditions.ts';

/** The bytes of an object, or the part of them that `Range` asks for. Throws 404, 403, 412, 416. */
export function download(request: Request): Reply {
  const { bucket = '', object = '' } = request.params;
  const found = findObject(request, findBucket(request.store, bucket), object, 'storage.objects.get');
  checkPreconditions(request, found);
  const size = Number(found.size);
  const headers = mediaHeaders(found);
  const range = parseRange(request.headers['range'], size);
  if (range === 'unsatisfiable') {
    throw new ApiError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable');
  }
  const { start, end } = range ?? { start: 0, end: size };
  const bytes = size === 0 ? Buffer.alloc(0) : request.contents.read(found._content, start, end);
  const length = { 'content-length': String(end - start) };
  if (!range) return new Reply(200, bytes, { ...headers, ...length });
  return new Reply(206, bytes, { ...headers, ...length, 'content-range': `bytes ${start}-${end - 1}/${size}` });
}

// https://cloud.google.com/storage/docs/xml-api/reference-headers
function mediaHeaders(object: StoredObject): Headers {
  const { contentEncoding, contentDisposition, contentLanguage, cacheControl, metadata = {} } = object;
  return {
    'content-type': object.contentType ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: object.md5Hash ? `"${Buffer.from(object.md5Hash, 'base64').toString('hex')}"` : `"-${object.etag}"`,
    'last-modified': new Date(object.updated).toUTCString(),
    'cache-control': cacheControl ?? 'private, max-age=0',
    ...(contentEncoding ? { 'content-encoding': contentEncoding } : {}),
    ...(contentDisposition ? { 'content-disposition': contentDisposition } : {}),
    ...(contentLanguage ? { 'content-language': contentLanguage } : {}),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    'x-goog-storage-class': object.storageClass,
    'x-goog-stored-content-encoding': contentEncoding ?? 'identity',
    'x-goog-stored-content-length': object.size,
    // One line each: Google's Go client does not split them at the comma.
    'x-goog-hash': [`crc32c=${object.crc32c}`, ...(object.md5Hash ? [`md5=${object.md5Hash}`] : [])],
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`x-goog-meta-${key}`, encodeHeader(value)])),
  };
}

// Header values are Latin-1; Google sends other characters escaped.
function encodeHeader(value: string): string {
  return /^[\t\u{20}-\u{7e}]*$/u.test(value) ? value : encodeURIComponent(value);
}
