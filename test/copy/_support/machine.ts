import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';

/** Tells whether the programs that a machine pulls with are installed here. */
export const canPull = ['tar', 'zstd', 'dd'].every((program) => spawnSync(program, ['--version']).status === 0);

/** Why tests that pull are skipped here, or an empty text: part of their names. */
export const whySkipped = canPull ? '' : ' (skipped: needs tar, zstd and dd)';

/**
 * Pulls a copy into the empty directory `stage` as src/copy/README.md says that a machine does, with the real programs.
 * Throws when anything is not what the manifest says.
 */
export async function pull(
  download: (object: string) => Promise<Buffer>,
  { manifest, sha256 }: { manifest: string; sha256: string },
  stage: string,
): Promise<void> {
  const text = await download(manifest);
  expectHash('the manifest', text, sha256);
  const rows = text
    .toString()
    .split('\n')
    .map((row) => row.split('\t'));
  const rowsOf = (type: string): string[][] => rows.filter(([first]) => first === type).map((row) => row.slice(1));

  for (const [, path = ''] of rowsOf('D')) mkdirSync(place(stage, path));
  const shards = rowsOf('S');
  const parts = partsOf(rowsOf('F'), shards);
  for (const [index, [hash = '', , object = '']] of shards.entries()) {
    const content = unpack(await download(object));
    expectHash(object, content, hash);
    if (object.endsWith('.tar.zst')) run('tar', ['-x', '-f', '-', '-C', stage, '--no-same-owner', '-p', '-m'], content);
    for (const { path, offset } of parts.get(index) ?? []) writePart(stage, path, offset, content);
  }
  for (const [mode = '', , hash = '', shardsOfFile = '', path = ''] of rowsOf('F')) {
    const numbers = shardsOfFile.split(',').map(Number);
    const inParts = numbers.length > 1;
    const sums = numbers.map((number) => shards[number]?.[0]).join('');
    expectHash(path, inParts ? Buffer.from(sums) : readFileSync(place(stage, path)), hash);
    if (inParts) chmodSync(place(stage, path), Number.parseInt(mode, 8));
  }
  for (const [path = '', target = ''] of rowsOf('L')) symlinkSync(bytes(target), place(stage, path));
  for (const [mode = '', path = ''] of rowsOf('D').toReversed())
    chmodSync(place(stage, path), Number.parseInt(mode, 8));
}

/** The bytes behind an escaped column, by the very program that machines use. */
export function bytes(column: string): Buffer {
  return run('bash', ['-c', 'printf %b "$1"', 'bash', column]);
}

function place(stage: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${stage}/`), path.includes('\\') ? bytes(path) : Buffer.from(path)]);
}

/** Number of the shard → the places in files that it is a part of. */
function partsOf(files: string[][], shards: string[][]): Map<number, { path: string; offset: number }[]> {
  const parts = new Map<number, { path: string; offset: number }[]>();
  for (const [, , , list = '', path = ''] of files) {
    if (!list.includes(',')) continue;
    let offset = 0;
    for (const index of list.split(',').map(Number)) {
      parts.set(index, [...(parts.get(index) ?? []), { path, offset }]);
      offset += Number(shards[index]?.[1]);
    }
  }
  return parts;
}

function writePart(stage: string, path: string, offset: number, content: Buffer): void {
  const script = `printf -v name %b "$2" && dd of="$1/$name" bs=1M seek="$3" oflag=seek_bytes conv=notrunc status=none`;
  run('bash', ['-c', script, 'bash', stage, path, String(offset)], content);
}

function unpack(object: Buffer): Buffer {
  return run('zstd', ['-d', '-q', '-c'], object);
}

function expectHash(what: string, content: Buffer, hash: string): void {
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== hash) throw new Error(`${what} is ${found} and not ${hash}`);
}

function run(program: string, args: readonly string[], input?: Buffer): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.toString()}`);
  return stdout;
}
