import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * Takes one file out of a zip archive that is held in memory (stored or deflated, below 4 GiB); answers `undefined`
 * when it has no such file. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readFromZip(zip: Buffer, name: string): Buffer | undefined {
  // The record at the end is 22 bytes plus a comment of at most 64 KiB.
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || zip.readUInt32LE(end) !== endOfDirectory) throw new Error('it is not a zip archive');
  const entries = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < entries; entry += 1) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error('the directory of the zip archive is broken');
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return readEntry(zip, at);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

function readEntry(zip: Buffer, at: number): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const packedSize = zip.readUInt32LE(at + 20);
  const header = zip.readUInt32LE(at + 42);
  // The local header repeats the name and has an extra field of its own length.
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + packedSize);
  if (method === 0) return Buffer.from(packed);
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`the zip archive uses compression method ${method}`);
}
