import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

/** An empty directory that is gone when the test has ended. */
export function folder(): string {
  const top = mkdtempSync(join(tmpdir(), 'cluster-copy-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true, maxRetries: 3 }));
  // mkdtemp makes it for its owner alone; some tests look at it as somebody else.
  chmodSync(top, 0o755);
  return top;
}

/** A directory in `parent`, with those on the way to it. */
export function directory(parent: string, path: string): string {
  const made = join(parent, path);
  mkdirSync(made, { recursive: true });
  return made;
}

/** Everything below `top`, one line each in order: kind, permission bits, path as bytes, and hash or target. */
export function contentsOf(top: string): string[] {
  return list(Buffer.from(top), '').toSorted();
}

function list(absolute: Buffer, path: string): string[] {
  return readdirSync(absolute, { encoding: 'buffer' }).flatMap((name) => {
    const child = Buffer.concat([absolute, Buffer.from('/'), name]);
    const childPath = `${path}/${name.toString('latin1')}`;
    const stats = lstatSync(child);
    const line = (kind: string, rest: string): string =>
      [kind, (stats.mode & 0o777).toString(8), JSON.stringify(childPath), rest].join(' ');
    if (stats.isSymbolicLink()) return [line('link', readlinkSync(child, { encoding: 'latin1' }))];
    if (stats.isDirectory()) return [line('directory', ''), ...list(child, childPath)];
    return [line('file', createHash('sha256').update(readFileSync(child)).digest('hex'))];
  });
}
