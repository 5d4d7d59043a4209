import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import { wallClock } from '../../src/core/clock.ts';
import { openBucket } from './_support/bucket.ts';
import type { TestBucket } from './_support/bucket.ts';
import { contentsOf, directory, folder } from './_support/folder.ts';
import { canPull, pull, whySkipped } from './_support/machine.ts';

const MiB = 2 ** 20;

async function throughTheBucket({ cloud, bucket, download }: TestBucket, dir: string, stage: string): Promise<void> {
  const result = await copyDirectory({
    dir,
    cloud,
    bucket,
    directory: 'x-deployment/files',
    signal: new AbortController().signal,
    clock: wallClock,
  });
  await pull(download, result, stage);
}

describe.skipIf(!canPull)(`what a machine has after a copy${whySkipped}`, () => {
  it.each<[what: string, build: (top: string) => void]>([
    ['an empty directory', () => {}],
    ['empty directories in one another', (top) => void directory(top, 'a/b/c')],
    ['an empty file', (top) => writeFileSync(join(top, 'empty'), '')],
    [
      'permission bits',
      (top) => {
        for (const mode of [0o400, 0o644, 0o755, 0o711, 0o777, 0o600]) {
          writeFileSync(join(top, `file-${mode.toString(8)}`), '', { mode });
          chmodSync(join(top, `file-${mode.toString(8)}`), mode);
        }
        mkdirSync(join(top, 'closed'));
        writeFileSync(join(top, 'closed/file'), 'x');
        chmodSync(join(top, 'closed'), 0o711);
      },
    ],
    [
      'links inside the tree',
      (top) => {
        directory(top, 'a/b');
        writeFileSync(join(top, 'a/file'), 'x');
        symlinkSync('file', join(top, 'a/same-directory'));
        symlinkSync('../file', join(top, 'a/b/up'));
        symlinkSync('../..', join(top, 'a/b/top'));
        symlinkSync('nothing', join(top, 'dangling'));
        symlinkSync('ring', join(top, 'ring'));
      },
    ],
    [
      'hard links, as files of their own',
      (top) => {
        writeFileSync(join(top, 'one'), 'the same');
        linkSync(join(top, 'one'), join(top, 'two'));
      },
    ],
    [
      'files of the size of a shard, a byte less and a byte more',
      (top) => {
        for (const size of [8 * MiB - 1, 8 * MiB, 8 * MiB + 1]) {
          writeFileSync(join(top, `file-${size}`), Buffer.alloc(size, `content of ${size}\n`));
        }
      },
    ],
    [
      'a large file in parts, some of them equal',
      (top) => {
        const zeros = Buffer.alloc(8 * MiB);
        const text = Buffer.alloc(8 * MiB, 'text ');
        writeFileSync(join(top, 'large'), Buffer.concat([zeros, text, zeros, Buffer.from('end')]), { mode: 0o750 });
      },
    ],
    [
      'a file with holes',
      (top) => {
        writeFileSync(join(top, 'holes'), 'x');
        truncateSync(join(top, 'holes'), 40 * MiB);
      },
    ],
  ])('is the same: %s', async (_, build) => {
    const [dir, stage] = [folder(), folder()];
    build(dir);

    await throughTheBucket(await openBucket(), dir, stage);

    expect(contentsOf(stage)).toEqual(contentsOf(dir));
  });

  it('is the same for any tree', async () => {
    const bucket = await openBucket();
    const trees = folder();
    let count = 0;

    await fc.assert(
      fc.asyncProperty(tree, async (entries) => {
        const dir = directory(trees, `${(count += 1)}/dir`);
        const stage = directory(trees, `${count}/stage`);
        for (const entry of entries) build(Buffer.from(dir), entry);

        await throughTheBucket(bucket, dir, stage);

        expect(contentsOf(stage)).toEqual(contentsOf(dir));
      }),
      { numRuns: 60 },
    );
  });
});

type Entry =
  | { kind: 'file'; name: Uint8Array; mode: number; content: Uint8Array }
  | { kind: 'link'; name: Uint8Array; target: Uint8Array }
  | { kind: 'directory'; name: Uint8Array; entries: Entry[] };

const slash = 0x2f;
const dots = ['.', '..'];
// Bytes of any kind, or text with what shells, tar and the manifest give a meaning.
const name = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => Buffer.from(text)),
    fc
      .constantFrom('-rf', 'a\nb', 'a\\n', '\\0011', 'tab\t', '$(id)', ' ', '#files 1', 'x'.repeat(150))
      .map(Buffer.from),
  )
  .filter((bytes) => bytes.length > 0 && !bytes.includes(slash) && !bytes.includes(0))
  .filter((bytes) => !dots.includes(Buffer.from(bytes).toString()));

const file = fc.record({
  kind: fc.constant('file' as const),
  name,
  mode: fc.integer({ min: 0o400, max: 0o777 }),
  content: fc.uint8Array({ maxLength: 2000 }),
});
const link = fc.record({ kind: fc.constant('link' as const), name, target: name });
const { tree } = fc.letrec<{ tree: Entry[] }>((tie) => ({
  tree: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        file,
        link,
        fc.record({ kind: fc.constant('directory' as const), name, entries: tie('tree') }),
      ),
      { maxLength: 6 },
    )
    .map((entries) => [
      ...new Map(entries.map((entry) => [Buffer.from(entry.name).toString('latin1'), entry])).values(),
    ]),
}));

function build(parent: Buffer, entry: Entry): void {
  const path = Buffer.concat([parent, Buffer.from('/'), entry.name]);
  if (entry.kind === 'link') {
    symlinkSync(Buffer.from(entry.target), path);
  } else if (entry.kind === 'file') {
    writeFileSync(path, entry.content);
    chmodSync(path, entry.mode);
  } else {
    mkdirSync(path);
    for (const child of entry.entries) build(path, child);
  }
}
