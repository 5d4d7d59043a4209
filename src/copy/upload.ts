import type { File } from '@google-cloud/storage';

import type { Clock } from '../core/clock.ts';
import { crc32c, crc32cText } from '../core/crc32c.ts';
import { isFault } from '../core/faults.ts';
import type { Cloud } from '../google/cloud.ts';
import { describeUpload, isPassing, statusOf } from './upload-error.ts';

/** An object that could not be stored, after all that could be tried; the message says why. */
export class UploadError extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} could not be uploaded: ${describeUpload(cause)}`, { cause });
    this.name = 'UploadError';
  }
}

/** What is to be stored; `type` is its media type. */
interface NewObject {
  name: string;
  type: string;
  content: Buffer;
}

/** Writes new objects into one bucket. */
export interface Uploader {
  /**
   * Stores an object under a name that is never written twice; answers `false` when it is there already. Google keeps it
   * only when its CRC-32C is ours. Throws UploadError, what the token source throws, or the signal's reason.
   */
  put(object: NewObject, signal: AbortSignal): Promise<boolean>;
}

const attempts = 5;
// Milliseconds after which an attempt is given up: 8 MiB at 14 KB/s, less than a line that is of any use.
const patience = 600_000;

/** Opens a bucket for uploads. The client library is loaded only now: it takes 30 MB and 0.3 s. */
export async function openUploader(cloud: Cloud, bucket: string, clock: Clock): Promise<Uploader> {
  const { openStorage } = await import('./storage-client.ts');
  const storage = openStorage(cloud);
  return {
    async put(object, signal) {
      for (let attempt = 1; ; attempt += 1) {
        signal.throwIfAborted();
        try {
          // The library would hide the reason why there is none behind an error of its streams.
          await cloud.tokens.token();
          await before(patience, clock, signal, putOnce(storage.bucket(bucket).file(object.name), object));
          return true;
        } catch (error) {
          signal.throwIfAborted();
          // Also the second try of an object whose first one succeeded, but whose answer was lost.
          if (statusOf(error) === 412) return false;
          if (isFault(error)) throw error;
          if (attempt === attempts || !isPassing(error)) throw new UploadError(object.name, error);
        }
        await clock.sleep(2 ** attempt * 250 * (0.5 + Math.random()), signal);
      }
    },
  };
}

/**
 * One request, not a session ("resumable"): objects are small, so a break costs little, and a session takes two
 * requests. (In 8.4.0 a session's stream also forgets `useAuthWithCustomEndpoint`.)
 */
async function putOnce(file: File, { type, content }: NewObject): Promise<void> {
  const checksum = crc32cText(crc32c(content));
  await new Promise<void>((resolve, reject) => {
    file
      .createWriteStream({
        resumable: false,
        preconditionOpts: { ifGenerationMatch: 0 },
        // Google compares the checksum before it keeps the object; the library would take its own, at 55 MB/s.
        metadata: { contentType: type, crc32c: checksum },
        validation: false,
      })
      .on('error', reject)
      .on('finish', resolve)
      .end(content);
  });
  const stored = file.metadata.crc32c;
  if (stored !== undefined && stored !== checksum) {
    await file.delete({ ignoreNotFound: true });
    throw new Error(`it was stored with CRC32C ${stored} instead of ${checksum}`);
  }
}

/** The work's outcome, if it comes within `ms`; a request cannot be called back, so a late one ends unheard. */
async function before(ms: number, clock: Clock, signal: AbortSignal, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(() => {
    throw new Error(`no answer within ${ms / 1000} s`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => {});
    work.catch(() => {});
  }
}
