import { createHash } from 'node:crypto';

import { crc32c, crc32cText } from '../core/crc32c.ts';

/** The hashes of content, taken chunk by chunk. */
export interface Digest {
  update(chunk: Buffer): void;
  /** Hashes in base64, size in bytes. */
  result(): { size: number; md5: string; crc32c: string };
}

/** A digest that has seen nothing yet. */
export function createDigest(): Digest {
  const md5 = createHash('md5');
  let crc = 0;
  let size = 0;
  return {
    update(chunk) {
      md5.update(chunk);
      crc = crc32c(chunk, crc);
      size += chunk.length;
    },
    result: () => ({ size, md5: md5.digest('base64'), crc32c: crc32cText(crc) }),
  };
}
