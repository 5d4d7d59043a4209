import type { Contents, Written } from '../../contents.ts';
import { ApiError } from '../../service.ts';

/** Hashes (base64) that the writer says the bytes have. */
export interface ClaimedHashes {
  md5?: string;
  crc32c?: string;
}

/** The hashes in an `x-goog-hash` header (`crc32c=…,md5=…`) and in an object's JSON. */
export function claimedHashes(header: string | undefined, body: Readonly<Record<string, unknown>> = {}): ClaimedHashes {
  const md5 = /(?:^|[,\s])md5=([^,\s]+)/.exec(header ?? '')?.[1] ?? body['md5Hash'];
  const crc32c = /(?:^|[,\s])crc32c=([^,\s]+)/.exec(header ?? '')?.[1] ?? body['crc32c'];
  return { ...(typeof md5 === 'string' ? { md5 } : {}), ...(typeof crc32c === 'string' ? { crc32c } : {}) };
}

/** Throws 400 and removes the bytes when they are not what the writer said. */
export function checkHashes(contents: Contents, content: Written, claimed: ClaimedHashes): void {
  check(contents, content, 'MD5 hash', claimed.md5, content.md5);
  check(contents, content, 'CRC32C', claimed.crc32c, content.crc32c);
}

function check(contents: Contents, content: Written, what: string, claimed: string | undefined, actual: string): void {
  if (claimed === undefined || claimed === actual) return;
  contents.remove(content.id);
  throw new ApiError(400, 'invalid', `Provided ${what} "${claimed}" doesn't match calculated ${what} "${actual}".`);
}
