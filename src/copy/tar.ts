import type { BytePath } from './byte-path.ts';

// GNU format, because its names are bytes in no charset and of any length:
// https://www.gnu.org/software/tar/manual/html_node/Standard.html
const block = 512;
const longestName = 100;
/** 1980-01-01: the same in every archive, and late enough for zip and for GNU tar's sense of the plausible. */
const time = 315_532_800;

/** Bytes that end an archive: two blocks of zeros. */
export const archiveEnd = 2 * block;

/** Bytes that a regular file takes in an archive, headers and padding included. */
export function memberSpace(path: BytePath, size: number): number {
  return headerSpace(path) + padded(size);
}

/** Bytes before the content of a member. */
export function headerSpace(path: BytePath): number {
  return block + (path.length > longestName ? block + padded(path.length + 1) : 0);
}

/** Writes everything of a member but its content into `archive`, from `start` on. */
export function writeMember(archive: Buffer, start: number, path: BytePath, mode: number, size: number): void {
  let at = start;
  if (path.length > longestName) {
    writeHeader(archive, at, { name: '././@LongLink', mode: 0o644, size: path.length + 1, type: 'L' });
    archive.fill(0, at + block, at + block + padded(path.length + 1));
    archive.write(path, at + block, 'latin1');
    at += block + padded(path.length + 1);
  }
  writeHeader(archive, at, { name: path.slice(0, longestName), mode, size, type: '0' });
  archive.fill(0, at + block + size, at + block + padded(size));
}

interface Header {
  name: BytePath;
  mode: number;
  size: number;
  type: '0' | 'L';
}

function writeHeader(archive: Buffer, at: number, { name, mode, size, type }: Header): void {
  const header = archive.subarray(at, at + block).fill(0);
  header.write(name, 0, longestName, 'latin1');
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(time, 12), 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar  ', 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
  );
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, '0');
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}
