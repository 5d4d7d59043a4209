import { hash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';

/** Work that takes a processor's time. */
export type Job =
  /** The sha256 of each content; answers lower-case hex, in order. */
  | { contents: readonly Uint8Array[] }
  /** `content` as one zstd frame, with its size and checksum inside, at the beginning of `into`; answers its length. */
  | { content: Uint8Array; into: Uint8Array };

/** Does a job, and returns when it is done. */
export function perform(job: Job): string[] | number {
  return 'contents' in job ? job.contents.map((content) => hash('sha256', content)) : compress(job);
}

/** The most bytes that zstd makes of `bytes`: https://github.com/facebook/zstd (ZSTD_COMPRESSBOUND) */
export function packedBytes(bytes: number): number {
  return bytes + (bytes >>> 8) + 1024;
}

function compress({ content, into }: { content: Uint8Array; into: Uint8Array }): number {
  const packed = zstdCompressSync(content, {
    // Room for all of the output: zstd then takes all of the input where it lies.
    chunkSize: into.length,
    pledgedSrcSize: content.length,
    // 3 is the level of the `zstd` command.
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const { length } = packed;
  into.set(packed);
  // Freed now, not when the collector comes by; unless it lies in the pool that Node keeps for small ones.
  if (packed.buffer instanceof ArrayBuffer && packed.buffer.byteLength > Buffer.poolSize) packed.buffer.transfer(0);
  return length;
}
