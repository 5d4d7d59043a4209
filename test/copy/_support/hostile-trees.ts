import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

/** One tree: files, directories (ending with `/`), and links (`name -> target`). */
export type HostileTree = (string | Buffer)[];

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What is hostile → a tree of such names, all of which must arrive. */
export const hostileTrees: Record<string, HostileTree> = {
  'a newline': ['a\nb', 'a\n', '\n'],
  'a carriage return': ['a\r', '\r\n'],
  'a tab': ['a\tb', '\t'],
  'spaces at either end': [' ', ' a', 'a '],
  'a backslash': ['a\\b', '\\', '\\\\', '\\n', '\\0012', '\\x41', '\\c'],
  'every control character': [
    latin1(Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('')),
  ],
  'a delete character': ['a\u007fb'],
  'terminal commands': ['\u001b[2J\u001b]0;x\u0007', '\u009b31m'],
  'options of tar': ['--checkpoint=1', '--checkpoint-action=exec=touch x', '--to-command=id', '-rf', '-', '--'],
  'commands of a shell': ['$(touch x)', '`id`', '; id', '| id', '& id', '> x', '$HOME', '${IFS}', '~', '!!', "'", '"'],
  'patterns of a shell': ['*', '?', '[a]', '{a,b}', 'a*'],
  'formats of printf': ['%s%n', '%b', '%'],
  'names of devices': ['nul', 'CON', 'aux.txt'],
  dots: ['...', '..a', 'a..', '.a', '. ', '.. '],
  'a hash, as in the manifest': ['#cluster-provision-files 1', '#files 9', 'S', 'F\t0644', 'D', 'L'],
  'an equals sign and a colon': ['a=b', 'host:path', 'gs:', '@file'],
  'UTF-8 of two, three and four bytes': ['é', '漢字', '🚀', 'ﷺ'],
  'the same letter in two normal forms': ['\u00e9', 'e\u0301'],
  'letters in either case': ['readme', 'README', 'ReadMe'],
  'right-to-left marks': ['\u202etxt.exe', '\u200f', '\u2066a\u2069'],
  'separators of lines in unicode': ['a\u2028b', 'a\u2029b', 'a\u0085b'],
  'a byte order mark and invisible characters': ['\ufeffa', '\u200b', '\u00a0', '\u3164'],
  'bytes that are not UTF-8': [latin1('\xff'), latin1('a\x80b'), latin1('caf\xe9')],
  'UTF-8 that is cut off': [latin1('\xe6\xbc'), latin1('\xf0\x9f\x9a'), latin1('\xc3')],
  'overlong UTF-8': [latin1('\xc0\xaf'), latin1('\xe0\x80\xaf'), latin1('\xc0\xae\xc0\xae')],
  'surrogates in UTF-8': [latin1('\xed\xa0\x80'), latin1('\xed\xb0\x80')],
  'bytes beyond unicode': [latin1('\xf5\x80\x80\x80'), latin1('\xfe')],
  'bytes that are half text': [latin1('\xe6\xbc\xa2\xff\\\n\xf0\x9f\x9a\x80')],
  'names of 99, 100, 101 and 255 bytes': [99, 100, 101, 255].map((length) => 'n'.repeat(length)),
  'a path of 3,800 bytes': [
    ...Array.from(
      { length: 15 },
      (_, depth) => `${Array.from({ length: depth + 1 }, () => 'd'.repeat(250)).join('/')}/`,
    ),
    `${Array.from({ length: 15 }, () => 'd'.repeat(250)).join('/')}/file`,
  ],
  'a path whose hundredth byte is a slash': [`${'d'.repeat(99)}/`, `${'d'.repeat(99)}/file`],
  'directories two hundred deep': [
    ...Array.from({ length: 200 }, (_, depth) => 'd/'.repeat(depth + 1)),
    `${'d/'.repeat(200)}file`,
  ],
  'the names that GNU tar uses itself': ['@LongLink', 'PaxHeaders.0/', 'GNUSparseFile.0/', 'ustar'],
  'names of our own objects': ['shards/', 'manifests/', `shards/${'a'.repeat(64)}.tar.zst`],
  'a directory and a file that sort apart': ['a/', 'a/b', 'a.b', 'a-b', 'a b'],
  'a name that holds an escape of the manifest': ['\\0057etc\\0057passwd', '\\0056\\0056'],
  'links with hostile names': ['a\nb -> x', '-- -> -rf', latin1('\xff -> \xfe')],
  'links with hostile targets': ['a -> $(id)', 'b -> a\nb', 'c -> a\tb', 'd -> \\0057etc', 'e -> a\\'],
  'links in a ring': ['a -> b', 'b -> a', 'c -> c', 'd/', 'd/e -> ../d/e/f'],
  'links to the tree itself': ['a -> .', 'b/', 'b/up -> ..', 'b/again -> ../b'],
  'a chain of fifty links': [...Array.from({ length: 50 }, (_, index) => `l${index} -> l${index + 1}`), 'l50'],
};

const arrow = Buffer.from(' -> ');

/** Makes the entries in `top`, and a file with two names. */
export function buildTree(top: string, entries: HostileTree): void {
  const first = Buffer.from(`${top}/hard link`);
  for (const entry of entries) {
    const bytes = Buffer.from(entry);
    const at = bytes.indexOf(arrow);
    const name = at < 0 ? bytes : bytes.subarray(0, at);
    const path = Buffer.concat([Buffer.from(`${top}/`), name]);
    if (at >= 0) symlinkSync(bytes.subarray(at + arrow.length), path);
    else if (bytes.at(-1) === 0x2f) mkdirSync(path.subarray(0, -1));
    else writeFileSync(path, `content of ${bytes.toString('hex')}`);
  }
  writeFileSync(first, 'one of two');
  linkSync(first, `${top}/second link`);
}
