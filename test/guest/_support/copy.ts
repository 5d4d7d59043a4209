import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';

import { pack } from 'tar-stream';

/** A file of a copy that is made by hand. */
export interface CopiedFile {
  /** As the manifest has it. */
  path: string;
  text: string;
  mode?: string;
}

/** A copy as the bucket holds it, made after src/copy/README.md without the product's own packer. */
export interface Copy {
  /** The manifest's text; tests change it to make hostile ones. */
  manifest: string;
  /** Object name (below `files/`) → bytes. */
  objects: Map<string, Buffer>;
}

/** Packs small files one shard each, and the others in parts of `partBytes`. `lines` (D and L) go where they belong. */
export async function makeCopy(
  files: readonly CopiedFile[],
  lines: readonly string[] = [],
  partBytes = Number.POSITIVE_INFINITY,
): Promise<Copy> {
  const objects = new Map<string, Buffer>();
  const shards: string[] = [];
  const rows: string[] = [];
  for (const { path, text, mode = '0644' } of files) {
    const bytes = Buffer.from(text);
    const pieces = bytes.length > partBytes ? cut(bytes, partBytes) : [await tar(unescape(path), bytes, mode)];
    const numbers = pieces.map((piece) => {
      const name = `files/shards/${sha256(piece)}.${bytes.length > partBytes ? 'part' : 'tar'}.zst`;
      objects.set(name, zstdCompressSync(piece));
      return shards.push(`S\t${sha256(piece)}\t${piece.length}\t${name}`) - 1;
    });
    const sum = pieces.length > 1 ? sha256(pieces.map(sha256).join('')) : sha256(bytes);
    rows.push(`F\t${mode}\t${bytes.length}\t${sum}\t${numbers.join(',')}\t${path}`);
  }
  const total = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const directories = lines.filter((line) => line.startsWith('D'));
  const links = lines.filter((line) => !line.startsWith('D'));
  const head = [
    '#cluster-provision-files 1',
    `#files ${files.length}`,
    `#bytes ${total}`,
    `#directories ${directories.length}`,
  ];
  return { manifest: `${[...head, ...shards, ...directories, ...rows, ...links].join('\n')}\n`, objects };
}

/** Lower-case hex. */
export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unescape(path: string): string {
  return path.replaceAll(/\\(\\|0([0-7]{3}))/g, (_, what: string, octal: string) =>
    what === '\\' ? '\\' : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

async function tar(name: string, bytes: Buffer, mode: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: Number.parseInt(mode, 8), mtime: new Date('1980-01-01T00:00:00Z') }, bytes);
  archive.finalize();
  return await buffer(archive);
}
