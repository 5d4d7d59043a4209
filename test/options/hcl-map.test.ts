import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/core/run.ts';
import { parseMap } from '../../src/options/hcl-map.ts';
import { Refusal } from '../../src/options/refusal.ts';

describe('a map of texts', () => {
  it.each([
    ['{}', {}],
    [' { } ', {}],
    ['{ key1 = "val", key2 = "val2"}', { key1: 'val', key2: 'val2' }],
    ['{key1="val",key2="val2",}', { key1: 'val', key2: 'val2' }],
    ['{ a : "1", "b c" = "2" }', { a: '1', 'b c': '2' }],
    ['{\n  a = "1"\n  b = "2"\n}', { a: '1', b: '2' }],
    ['{\r\n  a = "1",\r\n\r\n  b = "2"\r\n}\r\n', { a: '1', b: '2' }],
    [
      '{ a = true, b = false, c = 12, d = -1.50, e = 1e3, f = 007 }',
      { a: 'true', b: 'false', c: '12', d: '-1.5', e: '1000', f: '7' },
    ],
    [String.raw`{ a = "\n\r\t\"\\\u00e9\U0001F600" }`, { a: '\n\r\t"\\é😀' }],
    [
      '{ a = "$${HOME} and %%{if}", b = "$5 at 10%", c = "$$${x}" }',
      { a: '${HOME} and %{if}', b: '$5 at 10%', c: '$${x}' },
    ],
    ['{ _a-1 = "", true = "x", x = "#no comment" }', { '_a-1': '', true: 'x', x: '#no comment' }],
    ['{ __proto__ = "polluted" }', Object.fromEntries([['__proto__', 'polluted']])],
    ['{"a": "b", "n": 12345678901234567890, "t": true}', { a: 'b', n: '12345678901234567890', t: 'true' }],
    [String.raw`{"a": "${'${HOME}'} \/ \b \ud83d\ude00"}`, { a: '${HOME} / \b 😀' }],
    ['{ a = "e\u0301" }', { a: '\u00e9' }],
  ])('%j is read', (text, map) => {
    expect(Object.fromEntries(parseMap(text))).toEqual(map);
  });

  it.each([
    ['', 'column 1: a map begins with {, as in { key1 = "val", key2 = "val2" }'],
    ['key1=val', 'column 1: a map begins with {, as in { key1 = "val", key2 = "val2" }'],
    [`'{ a = "1" }'`, 'column 1: leave out the quotes around the braces: an env file keeps them'],
    ['{ a = "1"', 'column 10: the closing } is missing'],
    ['{ a = "1" } x', 'column 13: there is something after the closing brace'],
    ['{ a = "1" b = "2" }', 'column 11: a comma or } is expected here'],
    ['{ , a = "1" }', 'column 3: a key is expected here: a plain word, or any text in double quotes'],
    ['{ a = "1",, b = "2" }', 'column 11: a key is expected here: a plain word, or any text in double quotes'],
    ['{ a "1" }', 'column 5: = is missing after the key a'],
    ['{ a\n= "1" }', 'column 4: = is missing after the key a'],
    ['{ a = val }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ["{ a = 'val' }", 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = null }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = ["x"] }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{"a": {"b": 1}}', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = truely }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = 1.2.3 }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = 1e999 }', 'column 7: a value is a text in double quotes, a number, true or false'],
    ['{ a = "1 }', 'column 7: the closing double quote is missing (a line break inside is written \\n)'],
    ['{ a = "1\n" }', 'column 7: the closing double quote is missing (a line break inside is written \\n)'],
    ['{ a = "${var.x}" }', 'column 8: values are literal: write $${ for the text ${'],
    ['{\n a = "x %{ if true }"\n}', 'line 2, column 9: values are literal: write %%{ for the text %{'],
    ['{ a = "C:\\dir" }', 'column 10: \\d is no escape; known are \\n \\r \\t \\" \\\\ \\uNNNN \\UNNNNNNNN'],
    ['{ a = "\\ud800" }', 'column 8: \\ud800 is no escape; known are \\n \\r \\t \\" \\\\ \\uNNNN \\UNNNNNNNN'],
    ['{ a = "\\u0000" }', 'column 7: this text holds a character that is no Unicode text'],
    ['{"a": "\\ud800"}', 'column 7: this text holds a character that is no Unicode text'],
    ['{ a = "1", a = "2" }', 'column 12: the key a is there twice'],
    ['{"a": 1, "a": 2}', 'column 10: the key a is there twice'],
    ['{ for = "x" }', 'column 3: the key for must be in double quotes'],
    ['{ a.b = "x" }', 'column 4: = is missing after the key a'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => parseMap(text)).toThrow(new Refusal(reason));
  });

  it('reads any text that is written with escapes, in both forms', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText(), anyText()), (map) => {
        const normal = normalized(map);

        expect(Object.fromEntries(parseMap(hcl(normal)))).toEqual(normal);
        expect(Object.fromEntries(parseMap(JSON.stringify(normal)))).toEqual(normal);
      }),
    );
  });

  it('answers any text with a map or a refusal, and at once', () => {
    const likely = fc.array(
      fc.constantFrom('{', '}', '"', '\\', '$', '%', '=', ':', ',', '\n', ' ', 'a', 'for', '1', '-', '.', 'é', '\\u00'),
    );
    const texts = fc.oneof(
      likely.map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );

    fc.assert(
      fc.property(texts, (text) => void outcome(text)),
      { numRuns: 500 },
    );
    const started = performance.now();
    for (const long of [
      '{'.repeat(1e5),
      `{a="${'\\'.repeat(1e5)}`,
      `{a=${'1'.repeat(1e5)}}`,
      ' '.repeat(1e5),
      `{a="${'$'.repeat(1e5)}"}`,
    ])
      outcome(long);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('reads what Terraform reads', async () => {
    const written = fc.sample(fc.array(fc.tuple(keyForms(), valueForms()), { maxLength: 5 }), {
      numRuns: 300,
      seed: 58,
    });
    const texts = written.map((items) => `{${items.map(([key, value]) => `${key} = ${value}`).join(', ')}}`);
    const accepted = texts.filter((text) => !(outcome(text) instanceof Refusal));

    const theirs = await terraformReads(accepted);

    expect(accepted.length).toBeGreaterThan(150);
    expect(accepted.map((text) => outcome(text))).toEqual(theirs);
  });
});

function outcome(text: string): Record<string, string> | Refusal {
  try {
    return Object.fromEntries(parseMap(text));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function anyText(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
}

function normalized(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key.normalize('NFC'), value.normalize('NFC')]));
}

function hcl(map: Record<string, string>): string {
  return `{ ${Object.entries(map)
    .map(([key, value]) => `${hclText(key)} = ${hclText(value)}`)
    .join(', ')} }`;
}

function hclText(text: string): string {
  return JSON.stringify(text)
    .replaceAll(/\\b/g, '\\u0008')
    .replaceAll(/\\f/g, '\\u000c')
    .replaceAll(/([$%])\{/g, '$1$1{');
}

function keyForms(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('a', 'b-', '_c', 'true', 'null', 'if', 'x1', 'for', '"for"', '"k $${x}"', '"é"', '"e\u0301"'),
    anyText().map(hclText),
  );
}

// Pieces that lie on the borders of the grammar; whatever we accept of their mixtures, Terraform must read the same.
function valueForms(): fc.Arbitrary<string> {
  const pieces = [
    '$',
    '$$',
    '$${',
    '%',
    '%%{',
    '{',
    '}',
    '\\n',
    '\\"',
    '\\\\',
    '\\u00e9',
    '\\U0001F600',
    '\\u007b',
    '\t',
    'e',
    '\u0301',
    '😀',
    '\u0001',
    ' ',
    '#',
    '//',
    '~',
    "'",
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => `"${parts.join('')}"`);
  return fc.oneof(
    text,
    anyText().map(hclText),
    fc.constantFrom(
      '1',
      '-0',
      '1.50',
      '007',
      '1e3',
      '1E-7',
      '0.1e1',
      '12345678901234567890123',
      '0.000',
      '1e50',
      'true',
      'false',
    ),
  );
}

async function terraformReads(texts: readonly string[]): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'hcl-map-'));
  try {
    // In base64, because jsonencode() composes the n of an escaped line break with an accent that follows it.
    const maps = texts.map((text) => `{ for k, v in ${text} : base64encode(k) => base64encode(tostring(v)) },`);
    writeFileSync(join(folder, 'main.tf'), `locals {\n  maps = [\n${maps.join('\n')}\n  ]\n}\n`);
    const env = { PATH: process.env.PATH ?? '', HOME: folder, CHECKPOINT_DISABLE: '1' };
    const input = 'base64encode(jsonencode(local.maps))\n';
    const { stdout, stderr } = await run({ file: 'terraform', args: ['console'], cwd: folder, env, input });
    const answer = /^"([\w+/=]+)"$/m.exec(stdout)?.[1];
    if (answer === undefined) throw new Error(`terraform console said: ${stdout}${stderr}`);
    const read = JSON.parse(fromBase64(answer)) as Record<string, string>[];
    return read.map((map) => Object.fromEntries(Object.entries(map).map((entry) => entry.map(fromBase64))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
