import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import type { CopyOrder, CopyResult } from '../../src/copy/copy.ts';
import type { CopyProgress } from '../../src/copy/send.ts';
import { wallClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { openBucket } from './_support/bucket.ts';
import type { TestBucket } from './_support/bucket.ts';
import { directory, folder } from './_support/folder.ts';

const MiB = 2 ** 20;
// Milliseconds that the packer waits out before it reads a file that was changed just now.
const tick = 20;
// Waits between tries a hundred times as fast.
const hastyClock: Clock = { now: () => Date.now(), sleep: (ms, signal) => wallClock.sleep(ms / 100, signal) };

function copy({ cloud, bucket }: TestBucket, dir: string, more: Partial<CopyOrder> = {}): Promise<CopyResult> {
  return copyDirectory({
    dir,
    cloud,
    bucket,
    directory: 'x-deployment/files',
    signal: new AbortController().signal,
    clock: hastyClock,
    ...more,
  });
}

/** `count` files of 40 KB that do not compress, in ten directories: several shards of more than one file. */
function manyFiles(top: string, count: number): void {
  for (let index = 0; index < count; index += 1)
    writeFileSync(join(directory(top, `d${index % 10}`), `${index}`), noise(40_000, index));
}

/** Bytes that look random, the same for the same seed. */
function noise(bytes: number, seed: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(String(seed)).digest();
}

/** Object name → what must never change about an object that is written once. */
async function generations({ objects }: TestBucket): Promise<Map<string, string>> {
  return new Map((await objects()).map(({ name, generation }) => [name, generation]));
}

describe('a first copy', () => {
  it('tells what the bucket holds now', async () => {
    const dir = folder();
    manyFiles(dir, 20);
    const bucket = await openBucket();

    const result = await copy(bucket, dir);

    const objects = await bucket.objects();
    const manifest = await bucket.download(result.manifest);
    expect(result).toEqual({
      bucket: bucket.bucket,
      manifest: `x-deployment/files/manifests/${result.sha256}.tsv`,
      sha256: createHash('sha256').update(manifest).digest('hex'),
      files: 20,
      directories: 10,
      bytes: 800_000,
      uploadedBytes: objects.reduce((sum, { size }) => sum + size, 0),
    });
  });

  it('tells how far it has come, to the end', async () => {
    const dir = folder();
    manyFiles(dir, 300);
    writeFileSync(join(dir, 'large'), noise(20 * MiB, 1));
    const seen: CopyProgress[] = [];
    const bucket = await openBucket();

    const result = await copy(bucket, dir, { onProgress: (progress) => seen.push(progress) });

    const sorted = seen.toSorted((one, other) => one.bytes - other.bytes);
    const manifestSize = (await bucket.download(result.manifest)).length;
    expect(seen).toEqual(sorted);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toEqual({
      files: 301,
      bytes: result.bytes,
      uploadedBytes: result.uploadedBytes - manifestSize,
      skippedBytes: 0,
    });
  });

  it('is found in a deployment without a directory of its own', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a'), 'a');
    const bucket = await openBucket();

    await copy(bucket, dir, { directory: 'a/b/x-deployment/files' });

    expect((await bucket.objects()).every(({ name }) => name.startsWith('a/b/x-deployment/files/'))).toBe(true);
  });
});

describe('a second copy', () => {
  it('of the same directory sends nothing', async () => {
    const dir = folder();
    manyFiles(dir, 300);
    writeFileSync(join(dir, 'large'), noise(20 * MiB, 1));
    const bucket = await openBucket();
    const first = await copy(bucket, dir);
    const uploads = bucket.uploads();
    let last: CopyProgress | undefined;

    const second = await copy(bucket, dir, { onProgress: (progress) => (last = progress) });

    expect(second).toEqual({ ...first, uploadedBytes: 0 });
    expect(bucket.uploads()).toBe(uploads);
    expect(last).toEqual({ files: 301, bytes: first.bytes, uploadedBytes: 0, skippedBytes: first.bytes });
  });

  it('of a directory with the same content elsewhere sends nothing', async () => {
    const [dir, other] = [folder(), folder()];
    manyFiles(dir, 50);
    manyFiles(other, 50);
    const bucket = await openBucket();
    const first = await copy(bucket, dir);

    const second = await copy(bucket, other);

    expect(second).toEqual({ ...first, uploadedBytes: 0 });
  });

  it('after one small file was changed sends its shard and the manifest', async () => {
    const dir = folder();
    manyFiles(dir, 600);
    const bucket = await openBucket();
    await copy(bucket, dir);
    const [uploads, before] = [bucket.uploads(), await generations(bucket)];

    writeFileSync(join(dir, 'd3/123'), noise(40_000, -1));
    await copy(bucket, dir);

    expect(before.size).toBeGreaterThan(4);
    expect(bucket.uploads() - uploads).toBe(2);
    expect(await generations(bucket)).toEqual(new Map([...before, ...(await generations(bucket))]));
  });

  it('after one byte of a large file was changed sends the part that holds it', async () => {
    const dir = folder();
    const content = noise(40 * MiB, 1);
    writeFileSync(join(dir, 'large'), content);
    const bucket = await openBucket();
    await copy(bucket, dir);
    const uploads = bucket.uploads();

    content.writeUInt8(content.readUInt8(20 * MiB) ^ 1, 20 * MiB);
    writeFileSync(join(dir, 'large'), content);
    const second = await copy(bucket, dir);

    expect(bucket.uploads() - uploads).toBe(2);
    expect(second.uploadedBytes).toBeLessThan(9 * MiB);
  });

  it('after a mode or a name was changed sends another manifest, and no part of a large file', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'large'), noise(10 * MiB, 1), { mode: 0o644 });
    const bucket = await openBucket();
    const first = await copy(bucket, dir);
    const uploads = bucket.uploads();

    rmSync(join(dir, 'large'));
    writeFileSync(join(dir, 'another name'), noise(10 * MiB, 1), { mode: 0o755 });
    const second = await copy(bucket, dir);

    expect(second.manifest).not.toBe(first.manifest);
    expect(bucket.uploads() - uploads).toBe(1);
  });
});

it('sends equal parts of large files once', async () => {
  const dir = folder();
  const part = noise(8 * MiB, 1);
  writeFileSync(join(dir, 'one'), Buffer.concat([part, part, part, Buffer.from('1')]));
  writeFileSync(join(dir, 'two'), Buffer.concat([part, part, Buffer.from('2')]));
  const bucket = await openBucket();

  await copy(bucket, dir);

  expect(await bucket.objects('x-deployment/files/shards/')).toHaveLength(3);
  expect(bucket.uploads()).toBe(4);
});

describe('a copy that breaks off', () => {
  it('goes on where it was: nothing is sent twice', async () => {
    const dir = folder();
    manyFiles(dir, 300);
    writeFileSync(join(dir, 'large'), noise(40 * MiB, 1));
    const bucket = await openBucket();
    const refusal = { status: 403, reason: 'forbidden', message: 'no more for you' };
    // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules
    bucket.faults.add([{ match: { path: '^/upload/', nth: 5 }, then: refusal }]);

    const broken = await copy(bucket, dir).catch((error: unknown) => error);
    const arrived = await generations(bucket);
    const second = await copy(bucket, dir);
    const all = await generations(bucket);
    const third = await copy(bucket, dir);

    expect(broken).toMatchObject({
      code: 'COPY_FAILED',
      exit: 34,
      message: expect.stringContaining('no more for you'),
    });
    expect(arrived.size).toBeGreaterThanOrEqual(4);
    expect([...arrived.keys()].some((name) => name.includes('/manifests/'))).toBe(false);
    expect(new Map([...all].filter(([name]) => arrived.has(name)))).toEqual(arrived);
    expect(all.size).toBeGreaterThan(arrived.size + 1);
    expect(third).toEqual({ ...second, uploadedBytes: 0 });
  });

  it('goes on after it was stopped', async () => {
    const dir = folder();
    manyFiles(dir, 300);
    const bucket = await openBucket();
    const stop = new AbortController();
    const reason = new Error('told to stop');

    const stopped = copy(bucket, dir, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    const arrived = await bucket.objects();
    const second = await copy(bucket, dir);

    expect(arrived.length).toBeGreaterThanOrEqual(1);
    expect(second.uploadedBytes).toBeGreaterThan(0);
    expect((await copy(bucket, dir)).uploadedBytes).toBe(0);
  });

  it.each([
    ['the connection is reset before the work', { reset: 'before' }],
    ['the connection is reset after the work', { reset: 'after' }],
    ['the answer never comes', { drop: 'after' }],
    ['Google has an internal error', { status: 503, when: 'before' }],
    ['Google has an internal error after the work', { status: 502, when: 'after' }],
    ['there are too many requests', { status: 429 }],
  ])('is not broken when %s', async (_, then) => {
    const dir = folder();
    manyFiles(dir, 60);
    const bucket = await openBucket();
    for (const path of ['^/upload/', '^/upload/.*manifests']) {
      // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules
      bucket.faults.add([{ match: { path, nth: 1 }, then }]);
    }

    await copy(bucket, dir);

    expect(
      bucket.faults
        .list()
        .slice(1)
        .map(({ fired }) => fired),
    ).toEqual([1, 1]);
    expect((await copy(bucket, dir)).uploadedBytes).toBe(0);
  });

  it('says why, when the bucket is not there', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a'), 'a');

    await expect(copy(await openBucket(), dir, { bucket: 'no-such-bucket' })).rejects.toMatchObject({
      code: 'COPY_FAILED',
      message: expect.stringContaining('404'),
    });
  });
});

describe('a file that changes while it is packed', () => {
  /** Six parts: when the first of them is about to be sent, the last is not read yet, for want of memory. */
  function writeLarge(path: string, seed = 1): void {
    const parts = Array.from({ length: 6 }, (_, index) => Buffer.alloc(8 * MiB, `${seed}, part ${index}. `));
    writeFileSync(path, Buffer.concat(parts));
  }

  /** The bucket, whose uploader calls `change` each time before it sends something. */
  function meanwhile(bucket: TestBucket, change: () => void): TestBucket {
    let listed = false;
    const token = (): Promise<string> => {
      if (listed) change();
      listed = true;
      return bucket.cloud.tokens.token();
    };
    return { ...bucket, cloud: { ...bucket.cloud, tokens: { ...bucket.cloud.tokens, token } } };
  }

  it('is read again, and what has arrived is not sent again', async () => {
    const dir = folder();
    const path = join(dir, 'large');
    writeLarge(path);
    const bucket = await openBucket();
    let changed = false;
    const changeOnce = (): void => {
      if (!changed) writeFileSync(path, 'x', { flag: 'r+' });
      changed = true;
    };

    const result = await copy(meanwhile(bucket, changeOnce), dir);

    const manifest = (await bucket.download(result.manifest)).toString();
    const first = readFileSync(path).subarray(0, 8 * MiB);
    expect(manifest).toContain(createHash('sha256').update(first).digest('hex'));
    // Six parts, the first of them in both forms, and the manifest.
    expect(bucket.uploads()).toBe(8);
    expect(result.uploadedBytes).toBe((await bucket.objects()).reduce((sum, { size }) => sum + size, 0));
  });

  it.each<[what: string, change: (path: string) => void]>([
    ['it grows', (path) => writeFileSync(path, 'x', { flag: 'a' })],
    ['it is cut off', (path) => truncateSync(path, statSync(path).size - 1)],
    ['it is written over', (path) => writeFileSync(path, 'x', { flag: 'r+' })],
    [
      'it is written over and its time set back',
      (path) => {
        const { atime, mtime } = statSync(path);
        writeFileSync(path, 'x', { flag: 'r+' });
        utimesSync(path, atime, mtime);
      },
    ],
    [
      'it is replaced',
      (path) => {
        writeLarge(`${path}.new`, 2);
        renameSync(`${path}.new`, path);
      },
    ],
  ])('is named when it never comes to rest: %s', async (_, change) => {
    const dir = folder();
    const path = join(dir, 'the log\n');
    writeLarge(path);
    const bucket = await openBucket();
    const changing = (): void => change(path);

    const copying = copy(meanwhile(bucket, changing), dir, { onProgress: changing });

    await expect(copying).rejects.toMatchObject({
      code: 'COPY_FAILED',
      message: `the directory ${dir} could not be copied: the log\\0012 changed while it was packed`,
    });
  });

  it('may be gone the second time', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a'), 'a');
    writeFileSync(join(dir, 'b'), 'b');
    // The packer waits for the clock when a file is younger than a tick: here all are, and one of them goes meanwhile.
    const clock: Clock = {
      now: () => statSync(join(dir, 'a')).ctimeMs,
      async sleep(ms, signal) {
        if (ms === tick) rmSync(join(dir, 'b'), { force: true });
        else await wallClock.sleep(ms, signal);
      },
    };

    const result = await copy(await openBucket(), dir, { clock });

    expect(result.files).toBe(1);
  });
});

it('waits until a file that was changed just now can be told from one that changes again', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), '');
  writeFileSync(join(dir, 'b'), '');
  const { ctimeMs } = statSync(join(dir, 'b'));
  let waits = 0;
  const clockAt = (now: number): Clock => ({
    now: () => now,
    async sleep(ms, signal) {
      if (ms === tick) waits += 1;
      else await wallClock.sleep(ms, signal);
    },
  });
  const bucket = await openBucket();

  await copy(bucket, dir, { clock: clockAt(ctimeMs + 1000) });
  const waitsLater = waits;
  await copy(bucket, dir, { clock: clockAt(ctimeMs + 5) });

  expect(waitsLater).toBe(0);
  expect(waits).toBe(2);
});
