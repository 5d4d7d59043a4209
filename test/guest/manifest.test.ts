import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { bash, has } from './_support/bash.ts';

const folder = mkdtempSync(join(tmpdir(), 'guest-manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sum = 'a'.repeat(64);
const shard = `S\t${sum}\t2048\tx/shards/${sum}.tar.zst`;
const part = `S\t${sum}\t2048\tx/shards/${sum}.part.zst`;
const file = (path: string, { mode = '0644', shards = '0', size = 3 } = {}): string =>
  `F\t${mode}\t${size}\t${sum}\t${shards}\t${path}`;

function manifest(...lines: string[]): string {
  const count = (type: string): number => lines.filter((line) => line.startsWith(`${type}\t`)).length;
  const bytes = lines.reduce((all, line) => all + Number(/^F\t\d+\t(\d+)/.exec(line)?.[1] ?? 0), 0);
  return `#cluster-provision-files 1\n#files ${count('F')}\n#bytes ${bytes}\n#directories ${count('D')}\n${lines.join('\n')}\n`;
}

function check(text: string, path = process.env['PATH'] ?? ''): { code: number | null; said: string } {
  const name = join(folder, 'manifest');
  writeFileSync(name, text);
  const { code, stdout, stderr } = bash(['manifest.sh'], 'check_manifest "$1" "$1.rows" "$1.shards"', {
    args: [name],
    env: { PATH: path },
  });
  return { code, said: stdout.toString() + stderr };
}

const hostile: [name: string, text: string, said: RegExp][] = [
  ['another version', manifest(shard).replace(' 1\n', ' 2\n'), /version 1/],
  ['no text at all', '', /head/],
  ['a line that is not known', manifest(shard, 'X\tfoo'), /not understood/],
  ['a column too many', manifest(shard, `${file('a')}\tb`), /not understood/],
  ['a path to the parent', manifest(shard, file('../a')), /not below/],
  ['a path through the parent', manifest(shard, 'D\t0755\td', file('d/../../a')), /not below/],
  ['an absolute path', manifest(shard, file('/etc/passwd')), /not below/],
  ['an empty path', manifest(shard, file('')), /not below/],
  ['a path with an empty part', manifest(shard, 'D\t0755\td', file('d//a')), /not below/],
  ['a path that ends with a slash', manifest(shard, file('a/')), /not below/],
  ['the destination itself', manifest(shard, 'D\t0755\t.'), /not below/],
  ['dots that are escaped', manifest(shard, file('\\0056\\0056/a')), /wrong escape/],
  ['a slash that is escaped', manifest(shard, file('\\0057etc')), /wrong escape/],
  ['a NUL byte', manifest(shard, file('a\\0000b')), /wrong escape/],
  ['a backslash without a meaning', manifest(shard, file('a\\nb')), /wrong escape/],
  ['a control character as it is', manifest(shard, file('a\u0007b')), /wrong escape/],
  ['a file below a link', manifest(shard, 'L\td\t.', file('d/a')), /parent is no directory/],
  ['a file below a file', manifest(shard, file('d'), file('d/a')), /parent is no directory/],
  ['a file below nothing', manifest(shard, file('d/a')), /parent is no directory/],
  ['a link in place of a directory', manifest(shard, 'D\t0755\td', 'L\td\t.'), /comes twice/],
  ['the same file twice', manifest(shard, file('a'), file('a')), /comes twice/],
  ['a setuid program', manifest(shard, file('a', { mode: '4755' })), /mode/],
  ['a mode that is no number', manifest(shard, file('a', { mode: 'u+s ' })), /mode/],
  ['an absolute link', manifest('L\ta\t/etc/passwd'), /link out of/],
  ['a link to the parent', manifest('L\ta\t../x'), /link out of/],
  ['a link that leaves on its way', manifest('D\t0755\td', 'L\td/a\tx/../../../y'), /link out of/],
  ['a shard that is not there', manifest(shard, file('a', { shards: '1' })), /shard/],
  ['a shard that is no number', manifest(shard, file('a', { shards: '0,x' })), /shard/],
  ['archives as parts', manifest(shard, file('a', { shards: '0,0' })), /kind/],
  ['parts of another size than their file', manifest(part, file('a', { shards: '0,0', size: 4095 })), /size/],
  ['a part as an archive', manifest(part, file('a')), /kind/],
  ['a shard of an unknown kind', manifest(shard.replace('.tar.zst', '.sh')), /unknown kind/],
  ['fewer files than its head says', manifest(shard, file('a')).replace('#files 1', '#files 2'), /head/],
  ['other bytes than its head says', manifest(shard, file('a')).replace('#bytes 3', '#bytes 4'), /head/],
  ['an end that is cut off', manifest(shard, file('a'), file('b')).slice(0, -80), /./],
];

// Debian has mawk, Rocky gawk: the same text must mean the same to both.
const awks = ['mawk', 'gawk', 'original-awk'].filter(has);

describe.each(awks)('with %s', (awk) => {
  const path = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(path, 'awk'), `#!/bin/sh\nexec ${awk} "$@"\n`, { mode: 0o755 });
  const run = (text: string): ReturnType<typeof check> => check(text, `${path}:${process.env['PATH']}`);

  it.each(hostile)('refuses a manifest with %s', (_, text, said) => {
    const answer = run(text);

    expect(answer.said).toMatch(said);
    expect(answer.code).toBe(1);
  });

  it('reads names of every kind', () => {
    const names: [escaped: string, row: string][] = [
      ['plain', 'plain'],
      ['-rf', '-rf'],
      ['with space', 'with space'],
      ['quote\'"$(x)`', 'quote\'"$(x)`'],
      ['..more', '..more'],
      ['tab\\0011', 'tab\t'],
      ['line\\0012feed', 'line//feed'],
      ['back\\\\slash', 'back\\slash'],
      ['\\\\0056', '\\0056'],
      ['Grüße 你好', 'Grüße 你好'],
    ];

    const answer = run(
      manifest(shard, part, ...names.map(([name]) => file(name)), file('big', { shards: '1,1', size: 4096 })),
    );

    expect(answer).toEqual({ code: 0, said: '' });
    const rows = readFileSync(join(folder, 'manifest.rows'), 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => row.split('\t').slice(5).join('\t'))).toEqual([...names.map(([, row]) => row), 'big']);
  });

  it('reads bytes that are no UTF-8', () => {
    expect(run(manifest(shard, file('a\\0377\\0200b')))).toEqual({ code: 0, said: '' });
    expect(readFileSync(join(folder, 'manifest.rows')).subarray(-5)).toEqual(
      Buffer.from([0x61, 0xff, 0x80, 0x62, 0x0a]),
    );
  });
});
