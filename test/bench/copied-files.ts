import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const MiB = 2 ** 20;

/** What a large file holds, in words and as a piece that its blocks are cut from. */
export interface Content {
  what: string;
  base(bytes: number): Buffer;
}

/** Words of a vocabulary with noise among them. /usr/lib of a Debian packs as far, and not faster. */
export const half: Content = { what: 'text and binaries (packs to 35 %)', base: wordsAndNoise };

/** Numbers about zero in 16 bits (bfloat16), as the weights of a model are. */
export const weights: Content = { what: 'weights of a model (packs to 78 %)', base: bellCurve };

/** What is packed already: archives, pictures, parquet. */
export const noise: Content = { what: 'noise (does not pack)', base: (bytes) => randomBytes(bytes, 1) };

/** Files of 4 KB in directories of a hundred, half of whose bytes are noise. */
export function writeSmallFiles(dir: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const parent = join(dir, `directory-${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `file-${index}`), randomBytes(2048, index).toString('hex'));
  }
}

/** Writes the one file `file` of `size` MiB into a new directory, and waits until the disk has it. */
export function writeLargeFile(dir: string, size: number, { base: make }: Content): void {
  mkdirSync(dir);
  const base = make(64 * MiB);
  const file = openSync(join(dir, 'file'), 'w');
  const block = Buffer.alloc(MiB);
  for (let index = 0; index < size; index += 1) {
    // Each MiB is another piece of the base, so nothing comes again within the 2 MiB that zstd looks back.
    base.copy(block, 0, (index * (5 * MiB + 4099)) % (base.length - MiB));
    block.write(`${index} `);
    writeSync(file, block);
  }
  fsyncSync(file);
  closeSync(file);
}

function wordsAndNoise(bytes: number): Buffer {
  const vocabulary = Array.from({ length: 4096 }, (_, index) => randomBytes(3 + (index % 6), -index).toString('hex'));
  const random = randomBytes(bytes / 2, -1e6);
  const made = Buffer.alloc(bytes);
  let at = 0;
  for (let index = 0; at < bytes - 64; index += 6) {
    at += made.write(`${vocabulary[random.readUInt16LE(index) % 4096]} `, at, 'latin1');
    at += random.copy(made, at, index, index + 4);
  }
  return made;
}

function bellCurve(bytes: number): Buffer {
  const random = randomBytes(bytes * 2, 2);
  const made = Buffer.alloc(bytes);
  const number = new DataView(new ArrayBuffer(4));
  for (let at = 0; at < bytes; at += 2) {
    // A sum of four is near enough to the curve.
    let sum = -4 * 127.5;
    for (let one = 0; one < 4; one += 1) sum += random[at * 2 + one] ?? 0;
    number.setFloat32(0, (sum + (random[at] ?? 0) / 256) / 7000);
    made.writeUInt16LE(number.getUint16(0), at);
  }
  return made;
}

function randomBytes(length: number, seed: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(String(seed)).digest();
}
