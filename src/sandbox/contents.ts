import type { Readable } from 'node:stream';

/** What is known of content once it is written. Hashes are in base64, as the storage API shows them. */
export interface Written {
  /** Names the bytes in `read`, `copy` and `remove`. */
  id: string;
  size: number;
  md5: string;
  crc32c: string;
}

/** The bytes of objects, apart from the store because they are streamed and can be large. */
export interface Contents {
  /** Keeps the bytes; nothing is kept when the source throws. */
  write(source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Written>;
  /** A stream of the bytes from `start` up to and without `end`. */
  read(id: string, start?: number, end?: number): Readable | Buffer;
  /** The same bytes under a second id, without reading them. */
  copy(id: string): string;
  remove(id: string): void;
}
