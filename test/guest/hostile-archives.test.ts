import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';

import { afterAll, expect, it } from 'vitest';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';

import { canPull, whySkipped } from '../copy/_support/machine.ts';
import { contentsOf } from '../copy/_support/folder.ts';
import { bash } from './_support/bash.ts';
import { sha256 } from './_support/copy.ts';

const top = mkdtempSync(join(tmpdir(), 'guest-archives-'));
afterAll(() => rmSync(top, { recursive: true }));

// What nobody may read or change: beside the destination, where a way out of it would lead.
const outside = join(top, 'outside');
mkdirSync(outside);
writeFileSync(join(outside, 'secret'), 'of the machine');
const deep = '../'.repeat(12) + outside.slice(1);

type Entry = Omit<Partial<Header>, 'name'> & { name: string; text?: string };

const a: Entry = { name: 'a', text: 'good' };
const secret = 'of the machine';

// A manifest that its sha256 vouches for names these archives: what is in them must not be believed all the same.
const archives: [what: string, entries: Entry[], text?: string][] = [
  ['a path to the parent', [a, { name: '../evil', text: 'x' }]],
  ['a path through the parent', [a, { name: 'd/../../evil', text: 'x' }]],
  ['an absolute path', [a, { name: `${outside}/evil`, text: 'x' }]],
  ['a name in a header of its own that leads out', [a, { name: 'b', text: 'x', pax: { path: `${deep}/evil` } }]],
  [
    'a name of three thousand bytes that leads out',
    [a, { name: `${'../'.repeat(900)}${outside.slice(1)}/evil`, text: 'x' }],
  ],
  ['a link in place of a file', [{ name: 'a', type: 'symlink', linkname: `${outside}/secret` }], secret],
  ['a relative link in place of a file', [{ name: 'a', type: 'symlink', linkname: `${deep}/secret` }], secret],
  [
    'a link, and a file behind it',
    [a, { name: 'd', type: 'symlink', linkname: outside }, { name: 'd/evil', text: 'x' }],
  ],
  [
    'a relative link, and a file behind it',
    [a, { name: 'd', type: 'symlink', linkname: deep }, { name: 'd/evil', text: 'x' }],
  ],
  [
    'a link in place of a directory that is wanted',
    [a, { name: 'w', type: 'symlink', linkname: outside }, { name: 'w/evil', text: 'x' }],
  ],
  [
    'a link and then a file of the same name',
    [
      { name: 'a', type: 'symlink', linkname: `${outside}/secret` },
      { name: 'a', text: 'evil' },
    ],
  ],
  [
    'a chain of links that leads out',
    [
      a,
      { name: 'd', type: 'symlink', linkname: '..' },
      { name: 'e', type: 'symlink', linkname: 'd/..' },
      { name: 'e/evil', text: 'x' },
    ],
  ],
  ['another name for a file of the machine', [{ name: 'a', type: 'link', linkname: `${outside}/secret` }], secret],
  ['another name for a file beside the destination', [{ name: 'a', type: 'link', linkname: `${deep}/secret` }], secret],
  [
    'another name for a file, and a text for that',
    [
      { name: 'a', type: 'link', linkname: `${outside}/secret` },
      { name: 'a', text: 'evil' },
    ],
  ],
  ['a named pipe', [a, { name: 'pipe', type: 'fifo' }]],
  ['a named pipe in place of a file', [{ name: 'a', type: 'fifo' }]],
  ['a device', [a, { name: 'device', type: 'character-device', devmajor: 1, devminor: 3 }]],
  ['a disk in place of a file', [{ name: 'a', type: 'block-device', devmajor: 7, devminor: 0 }]],
  ['a file more', [a, { name: '.bashrc', text: 'evil' }]],
  ['a directory more', [a, { name: 'more/', type: 'directory', mode: 0o777 }]],
  ['a file more in a directory that is wanted', [a, { name: 'w/more', text: 'evil' }]],
  ['a file in place of a directory', [a, { name: 'w', text: 'evil' }]],
  ['a directory in place of a file', [{ name: 'a/', type: 'directory' }]],
  ['no file at all', []],
  ['another file', [{ name: 'b', text: 'good' }]],
  ['a file of another text', [{ name: 'a', text: 'evil' }]],
  ['a file that comes twice', [a, { name: 'a', text: 'evil' }]],
  ['a name that is an option', [a, { name: '--checkpoint-action=exec=touch evil', text: 'x' }]],
];

it.skipIf(!canPull).each(archives)(
  `nothing is put into place of an archive with %s${whySkipped}`,
  async (_, entries, text) => {
    const { code, said, placed } = unpack(await tar(entries), text);

    expect(code, said).not.toBe(0);
    expect(said).toMatch(/refused|could not be unpacked/);
    expect(placed).toEqual([]);
    expect(contentsOf(outside)).toEqual([expect.stringContaining(sha256(secret))]);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe(secret);
    expect(readdirSync(top).filter((name) => name.includes('evil'))).toEqual([]);
  },
);

const objects: [what: string, spoil: (object: Buffer, archive: Buffer) => Buffer][] = [
  ['another archive', () => zstdCompressSync(Buffer.from('another'))],
  ['an archive that is cut off', (_, archive) => zstdCompressSync(archive.subarray(0, -700))],
  ['an archive that goes on for a gigabyte', (_, archive) => Buffer.concat([zstdCompressSync(archive), gigabyte()])],
  ['bytes that are cut off', (object) => object.subarray(0, -8)],
  ['bytes that nobody packed', () => Buffer.from('#!/bin/sh\ntouch evil\n')],
  ['nothing', () => Buffer.alloc(0)],
];

it.skipIf(!canPull).each(objects)(
  `nothing is put into place of an object that holds %s${whySkipped}`,
  async (_, spoil) => {
    const { code, said, placed } = unpack(await tar([a]), 'good', spoil);

    expect(code, said).not.toBe(0);
    expect(said).toContain('does not hold what the manifest says: refused');
    expect(placed).toEqual([]);
  },
);

it.skipIf(!canPull)(`a program that would run as somebody else is a plain file in the end${whySkipped}`, async () => {
  const { code, said, placed } = unpack(await tar([{ ...a, mode: 0o6755, uid: 4_321, gid: 4_321 }]));

  expect(code, said).toBe(0);
  expect(placed).toEqual(['directory 755 "/w" ', `file 644 "/a" ${sha256('good')}`]);
});

it.skipIf(!canPull)(`these tests would see what is put into place${whySkipped}`, async () => {
  const { code, said, placed } = unpack(await tar([a]));

  expect(code, said).toBe(0);
  expect(placed).toHaveLength(2);
});

let gigabytes: Buffer | undefined;
function gigabyte(): Buffer {
  gigabytes ??= Buffer.concat(Array.from({ length: 64 }, () => zstdCompressSync(Buffer.alloc(2 ** 24))));
  return gigabytes;
}

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text, ...header } of entries) archive.entry({ mode: 0o644, ...header }, text ?? '');
  archive.finalize();
  return await buffer(archive);
}

/** Does what a machine does with a copy of one file `a` and one directory `w`, of which `archive` is the only shard. */
function unpack(
  archive: Buffer,
  text = 'good',
  spoil: (typeof objects)[number][1] = (object) => object,
): { code: number | null; said: string; placed: string[] } {
  const folder = mkdtempSync(join(top, 'machine-'));
  for (const name of ['work/shards', 'state', 'objects', 'destination'])
    mkdirSync(join(folder, name), { recursive: true });
  const object = `files/shards/${sha256(archive)}.tar.zst`;
  writeFileSync(join(folder, 'objects', basename(object)), spoil(zstdCompressSync(archive), archive));
  const manifest = [
    ...['#cluster-provision-files 1', '#files 1', `#bytes ${text.length}`, '#directories 1'],
    `S\t${sha256(archive)}\t${archive.length}\t${object}`,
    'D\t0755\tw',
    `F\t0644\t${text.length}\t${sha256(text)}\t0\ta`,
  ];
  writeFileSync(join(folder, 'manifest'), `${manifest.join('\n')}\n`);
  const script = `
    set -eu -o pipefail
    cd "$1"
    export LC_ALL=C
    give_up() { echo "$*"; exit 1; }
    metadata() { :; }
    download() { cp "objects/\${2##*/}" "$3"; }
    check_manifest manifest work/rows work/shard-list
    for name in have placed; do : >work/$name; done
    echo 0 >work/placed-at
    plan_changes "$PWD/work" 0 >/dev/null
    fill_stage "$PWD/work"
    put_into_place "$PWD/work" "$PWD/destination"`;
  const { code, stdout, stderr } = bash(['manifest.sh', 'files.sh'], script, { args: [folder] });
  return { code, said: stdout.toString() + stderr, placed: contentsOf(join(folder, 'destination')) };
}
