import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { Contents, Written } from '../../contents.ts';
import { readBytes } from '../../request-body.ts';
import { ApiError, Reply } from '../../service.ts';
import type { Headers, Request, Store } from '../../service.ts';
import { authorize } from './access.ts';
import { findBucket } from './bucket.ts';
import { checkHashes, claimedHashes } from './claimed-hashes.ts';
import { parseContentRange } from './content-range.ts';
import { describe } from './described.ts';
import type { Described } from './described.ts';
import { commitObject, objectView, versionOf } from './object.ts';
import { checkPreconditions } from './preconditions.ts';

/** An upload that goes on over several requests, and over a restart of the sandbox. */
export interface Session {
  id: string;
  bucket: string;
  described: Described;
  /** The query of its first request: preconditions are looked at when the last byte is there. */
  query: Readonly<Record<string, string | undefined>>;
  parts: Written[];
  /** Milliseconds since 1970. */
  started: number;
  /** The finished object's generation: asking again gets the same answer. */
  done?: string;
}

// https://cloud.google.com/storage/docs/resumable-uploads: a session is good for a week, a chunk has 256 KiB or more.
const lifetime = 7 * 86_400_000;
const leastChunk = 262_144;

/** Begins a resumable upload: the answer's Location is where the bytes go. */
export async function startUpload(request: Request): Promise<Reply> {
  const { store, headers, query, now, baseUrl } = request;
  const metadata = (await readBytes(request.raw ?? Readable.from([]))).toString();
  const described = describe(request, metadata, headers['x-upload-content-type']);
  const bucket = findBucket(store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.objects.create', described.name);
  checkPreconditions(request, versionOf(store, bucket.name, described.name));
  forgetOld(request);
  const id = randomBytes(24).toString('base64url');
  const session: Session = { id, bucket: bucket.name, described, query, parts: [], started: now };
  store.put('uploads', id, session);
  const location = new URLSearchParams({ uploadType: 'resumable', name: described.name, upload_id: id });
  return new Reply(200, '', {
    location: `${baseUrl}/upload/storage/v1/b/${bucket.name}/o?${location.toString()}`,
    'x-guploader-uploadid': id,
  });
}

/** Takes the next bytes, or tells how far the upload is. */
export async function continueUpload(request: Request): Promise<unknown> {
  const session = find(request.store, request.query['upload_id'] ?? '');
  const present = session.done && versionOf(request.store, session.bucket, session.described.name, session.done);
  if (present) return objectView(present, request.baseUrl);

  const range = parseContentRange(request.headers['content-range']);
  if (range.start === undefined) {
    return range.total === received(session) ? await finish(request, session) : unfinished(request, session);
  }
  const grown = await append(request, session, range.start);
  const isWhole = range.isLast || range.total === received(grown);
  if (isWhole && range.total !== undefined && range.total !== received(grown)) return unfinished(request, grown);
  if (isWhole) return await finish(request, grown);
  const last = grown.parts.at(-1)?.size ?? 0;
  if (last < leastChunk) {
    throw new ApiError(
      400,
      'badRequest',
      `Invalid request. The number of bytes uploaded is required to be equal or greater than ${leastChunk}, except for the final request (it's recommended to be the exact multiple of ${leastChunk}). The received request contained ${last} bytes, which does not meet this requirement.`,
    );
  }
  return unfinished(request, grown);
}

/** Gives an upload up; Google answers 499. */
export function cancelUpload({ store, contents, query }: Request): Reply {
  const session = find(store, query['upload_id'] ?? '');
  forget(store, contents, session);
  return new Reply(499, '');
}

async function append(request: Request, session: Session, start: number): Promise<Session> {
  const already = received(session);
  if (start > already) {
    throw new ApiError(
      400,
      'badRequest',
      `Invalid request. According to the Content-Range header, the upload offset is ${start} byte(s), which exceeds already uploaded size of ${already} byte(s).`,
    );
  }
  const part = await request.contents.write(skip(request.raw ?? Readable.from([]), already - start));
  const grown = { ...find(request.store, session.id), parts: [...session.parts, part] };
  request.store.put('uploads', session.id, grown);
  return grown;
}

async function finish(request: Request, session: Session): Promise<object> {
  const { contents, store, headers, baseUrl } = request;
  const { name, fields, hashes } = session.described;
  const content = await join(contents, session.parts);
  // Whatever becomes of the object, these parts are used up.
  store.delete('uploads', session.id);
  checkHashes(contents, content, { ...hashes, ...claimedHashes(headers['x-goog-hash']) });
  const object = commitObject({ ...request, query: session.query }, session.bucket, { name, fields, content });
  store.put('uploads', session.id, { ...session, parts: [], done: object.generation });
  return objectView(object, baseUrl);
}

// One part is the object itself; several are read once more, which costs time but never memory.
async function join(contents: Contents, parts: readonly Written[]): Promise<Written> {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  async function* all(): AsyncGenerator<Buffer> {
    for (const { id, size } of parts) {
      const bytes = size === 0 ? Buffer.alloc(0) : contents.read(id);
      yield* Buffer.isBuffer(bytes) ? [bytes] : (bytes as AsyncIterable<Buffer>);
    }
  }
  const whole = await contents.write(all());
  for (const { id } of parts) contents.remove(id);
  return whole;
}

// Go's client asks not to get 308, which its HTTP library would follow.
function unfinished({ headers }: Request, session: Session): Reply {
  const size = received(session);
  const progress: Headers = {
    'x-guploader-uploadid': session.id,
    ...(size === 0 ? {} : { range: `bytes=0-${size - 1}` }),
  };
  if (headers['x-guploader-no-308'] !== 'yes') return new Reply(308, '', progress);
  return new Reply(200, '', { ...progress, 'x-http-status-code-override': '308' });
}

function received({ parts }: Session): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

function find(store: Store, id: string): Session {
  const session = store.get<Session>('uploads', id);
  if (!session) throw new ApiError(404, 'notFound', `No such upload session: ${id}`);
  return session;
}

function forgetOld({ store, contents, now }: Request): void {
  for (const session of store.list<Session>('uploads')) {
    if (session.started + lifetime < now) forget(store, contents, session);
  }
}

function forget(store: Store, contents: Contents, session: Session): void {
  store.delete('uploads', session.id);
  for (const { id } of session.parts) contents.remove(id);
}

// A chunk that is sent again may begin with bytes that are here already.
async function* skip(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
