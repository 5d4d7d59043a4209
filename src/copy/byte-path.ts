import { isUtf8 } from 'node:buffer';

/**
 * A path below the copied directory, parts joined by `/`, with one character for each byte (latin1). File names are
 * bytes: those that are not UTF-8 survive this way, and comparing two paths compares their bytes.
 */
export type BytePath = string;

const plain = /^[ -[\]-~]*$/;
// Control characters, and what some programs take for the end of a line.
const escaped = /[\\\p{Cc}\p{Zl}\p{Zp}]/gu;

/** The absolute path as the bytes that the kernel is given. */
export function absolutePath(top: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, 'latin1')]);
}

/** The path as text for the manifest and for people: `\\` for a backslash, `\0ooo` for bytes that are no plain text. */
export function escapePath(path: BytePath): string {
  if (plain.test(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  if (isUtf8(bytes)) return escapeText(bytes.toString());
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count)));
    const piece = bytes.subarray(at, at + (length ?? 1));
    text += length === undefined ? octal(piece) : escapeText(piece.toString());
    at += piece.length;
  }
  return text;
}

function escapeText(text: string): string {
  return text.replaceAll(escaped, (char) => (char === '\\' ? '\\\\' : octal(Buffer.from(char))));
}

function octal(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
