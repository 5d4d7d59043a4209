import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

const compressBuffer = promisify(zstdCompress);

// More than any shard can take. glibc maps a piece larger than 32 MiB by itself: pages that are never written cost
// nothing, and all of them go back to the system when the piece is freed. Pieces that fit would stay in its heap.
const room = 33 * 2 ** 20;

/** One zstd frame with its size and checksum inside, made by libuv's threads at the level of the `zstd` command (3). */
export function compress(content: Buffer): Promise<Buffer> {
  return compressBuffer(content, {
    chunkSize: room,
    pledgedSrcSize: content.length,
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}
