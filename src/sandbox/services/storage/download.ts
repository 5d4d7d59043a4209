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
  const { contentEncoding, metadata = {} } = object;
  const given = {
    'content-type': object.contentType ?? 'application/octet-stream',
    'cache-control': object.cacheControl ?? 'private, max-age=0',
    'content-encoding': contentEncoding,
    'content-disposition': object.contentDisposition,
    'content-language': object.contentLanguage,
    'x-goog-stored-content-encoding': contentEncoding ?? 'identity',
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`x-goog-meta-${key}`, value])),
  };
  return {
    ...sendable(given),
    'accept-ranges': 'bytes',
    etag: object.md5Hash ? `"${Buffer.from(object.md5Hash, 'base64').toString('hex')}"` : `"-${object.etag}"`,
    'last-modified': new Date(object.updated).toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    'x-goog-storage-class': object.storageClass,
    'x-goog-stored-content-length': object.size,
    // One line each: Google's Go client does not split them at the comma.
    'x-goog-hash': [`crc32c=${object.crc32c}`, ...(object.md5Hash ? [`md5=${object.md5Hash}`] : [])],
  };
}

// What users wrote, as headers: UTF-8 as its bytes, without what would end a line, without names that no header has.
function sendable(given: Readonly<Record<string, string | undefined>>): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!value || !/^[\w-]+$/.test(name)) continue;
    headers[name] = Buffer.from(value.replaceAll(/\p{Cc}/gu, ' ')).toString('latin1');
  }
  return headers;
}
