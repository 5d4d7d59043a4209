import { plainNumber } from './plain-number.ts';
import { Refusal } from './refusal.ts';

/**
 * Reads a map of texts as METADATA and LABELS hold it: `{ key1 = "val", key2 = "val2" }`, as Terraform reads it, or the same
 * as JSON. Literal values only; numbers and true/false become their text. Texts are NFC-normalized, as Terraform does.
 * Throws a Refusal that names the column.
 */
export function parseMap(text: string): ReadonlyMap<string, string> {
  const form = isJsonObject(text) ? jsonForm : hclForm;
  const cursor = { text, at: 0 };
  const map = new Map<string, string>();
  space(cursor, /[ \t\r\n]*/y);
  if (!take(cursor, /\{/y)) throw wrong(cursor, notAMap(cursor));
  space(cursor, /[ \t\r\n]*/y);
  while (!take(cursor, /\}/y)) {
    const start = cursor.at;
    const key = readKey(cursor, form);
    if (map.has(key)) throw wrong({ text, at: start }, `the key ${key} is there twice`);
    space(cursor, /[ \t]*/y);
    if (!take(cursor, /[=:]/y)) throw wrong(cursor, `= is missing after the key ${key}`);
    space(cursor, /[ \t]*/y);
    map.set(key, readValue(cursor, form));
    endItem(cursor);
  }
  space(cursor, /[ \t\r\n]*/y);
  if (cursor.at < text.length) throw wrong(cursor, 'there is something after the closing brace');
  return map;
}

interface Cursor {
  text: string;
  at: number;
}

/** How quoted texts are written: what they may hold, and how that is read. */
interface Form {
  body: RegExp;
  read(body: string, at: Cursor): string;
}

const jsonForm: Form = {
  body: /"((?:[^"\\]|\\.)*)"/y,
  read: (body) => JSON.parse(`"${body}"`) as string,
};

const hclForm: Form = {
  body: /"((?:[^"\\\r\n]|\\[^\r\n])*)"/y,
  read: readHclText,
};

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function readKey(cursor: Cursor, form: Form): string {
  if (peek(cursor) === '"') return readText(cursor, form);
  const start = cursor.at;
  const word = take(cursor, /[A-Za-z_][A-Za-z0-9_-]*/y);
  if (word === undefined) throw wrong(cursor, 'a key is expected here: a plain word, or any text in double quotes');
  // Terraform takes this word for the beginning of a `for` expression.
  if (word === 'for') throw wrong({ ...cursor, at: start }, 'the key for must be in double quotes');
  return word;
}

function readValue(cursor: Cursor, form: Form): string {
  if (peek(cursor) === '"') return readText(cursor, form);
  const literal = take(cursor, /(?:true|false)(?![\w-])/y);
  if (literal !== undefined) return literal;
  const start = cursor.at;
  const digits = take(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
  const number = digits === undefined ? undefined : plainNumber(digits);
  if (number !== undefined) return number;
  throw wrong({ ...cursor, at: start }, 'a value is a text in double quotes, a number, true or false');
}

function readText(cursor: Cursor, form: Form): string {
  const start = cursor.at;
  form.body.lastIndex = start;
  const body = form.body.exec(cursor.text)?.[1];
  if (body === undefined)
    throw wrong(cursor, 'the closing double quote is missing (a line break inside is written \\n)');
  const text = form.read(body, { ...cursor, at: start + 1 });
  if (text.includes('\0') || !text.isWellFormed())
    throw wrong(cursor, 'this text holds a character that is no Unicode text');
  cursor.at = start + body.length + 2;
  return text.normalize('NFC');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-literals
function readHclText(body: string, { text, at }: Cursor): string {
  const pieces = /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|([$%])\4\{|([$%])\{/gsu;
  return body.replaceAll(
    pieces,
    (piece: string, short?: string, long?: string, letter?: string, doubled?: string, marker?: string, ...rest) => {
      const here = { text, at: at + Number(rest[0]) };
      if (marker !== undefined) throw wrong(here, `values are literal: write ${marker}${piece} for the text ${piece}`);
      if (doubled !== undefined) return `${doubled}{`;
      const code = short ?? long;
      const character = code === undefined ? escapes[letter ?? ''] : fromCodePoint(Number.parseInt(code, 16));
      if (character === undefined)
        throw wrong(here, `${piece} is no escape; known are \\n \\r \\t \\" \\\\ \\uNNNN \\UNNNNNNNN`);
      return character;
    },
  );
}

function fromCodePoint(code: number): string | undefined {
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return surrogate || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}

function endItem(cursor: Cursor): void {
  const gap = space(cursor, /[ \t\r\n]*/y);
  if (take(cursor, /,/y)) space(cursor, /[ \t\r\n]*/y);
  else if (!gap.includes('\n') && peek(cursor) !== '}') {
    throw wrong(cursor, cursor.at < cursor.text.length ? 'a comma or } is expected here' : 'the closing } is missing');
  }
}

function notAMap(cursor: Cursor): string {
  if (/^(['"])\{[^]*\}\1\s*$/.test(cursor.text))
    return 'leave out the quotes around the braces: an env file keeps them';
  return 'a map begins with {, as in { key1 = "val", key2 = "val2" }';
}

function space(cursor: Cursor, pattern: RegExp): string {
  return take(cursor, pattern) ?? '';
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

function wrong({ text, at }: Cursor, reason: string): Refusal {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new Refusal(`${line > 1 ? `line ${line}, ` : ''}column ${column}: ${reason}`);
}
