import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { isFault } from '../../src/core/faults.ts';
import { flagOf } from '../../src/options/option.ts';
import { readOptions } from '../../src/options/read.ts';
import { tableEntries } from '../../src/options/table.ts';
import { runs, whole } from '../_support/whole.ts';

const names = tableEntries.map(([, option]) => option.env);
// A sample is always the same one; whoever tries everything tries something new each time.
const seed = whole ? {} : { seed: 1 };

it('any environment and any command line end in options, or in one fault with one line for each mistake', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      'yes',
      '1',
      '{}',
      'a,b',
      '/x',
      'gs://abc',
      '1h',
      'create',
      'destroy',
      '--',
      '--json',
      '{ "\\n" = "" }',
    ),
  );
  const env = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 12 })), text, { maxKeys: 12 });
  const flag = fc
    .tuple(fc.constantFrom(...tableEntries.map(([, option]) => flagOf(option))), text)
    .map(([name, value]) => `${name}=${value}`);
  const argv = fc.array(fc.oneof(flag, text), { maxLength: 6 });

  fc.assert(
    fc.property(env, argv, (variables, words) => {
      const { lines, wrong } = outcome(variables, words);

      expect(lines.length).toBe(wrong);
      expect(lines.filter((line) => !/^ {2}[^\p{Cc}]{1,500}$/u.test(line))).toEqual([]);
    }),
    { numRuns: runs(400, 100_000), ...seed },
  );
}, 3_600_000);

// What breaks parsers, shells, templates and terminals.
const hostile = [
  ...['\0', '\u0007\u001b[2J', '\r', '\u0085', '\u2028', '\ufeff', '\u202egnp', '\u200b', '\ud83d\ude80', '\u0430dmin'],
  ...['${file("/etc/passwd")}', '%{ if true }x%{ endif }', '$${a}', '{ a = "b" }', '{"a":"b"}', '{ for k in x : k }'],
  ...[
    '<<EOT',
    '"',
    "'",
    '\\',
    '\\u0000',
    '\\U00110000',
    '`id`',
    '$(id)',
    '; rm -rf /',
    '#',
    '=',
    ':',
    ',',
    '/../',
    '%s%n',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '1e309',
    '-0',
    '0x10',
    '9'.repeat(400),
    'a'.repeat(70_000),
    '{'.repeat(5_000),
  ],
  ...[
    '"\\'.repeat(20_000),
    '{ a = "'.repeat(2_000),
    ','.repeat(50_000),
    '/a'.repeat(20_000),
    '${'.repeat(20_000),
    ' '.repeat(60_000),
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'fuzzed-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('any env file ends within a second in options, or in one fault', () => {
  const value = fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 3,
  });
  // An option is likely to be wrong by its value, a text by its form, and both must come to an end.
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...names), value).map(([name, it]) => `${name}=${it.join('')}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...names), value).map(([name, it]) => `${name}="${it.join('')}"`),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('PROJECT_ID=p-12345', 'NAME_PREFIX=demo', 'ZONE=us-central1-a', 'ACTION=destroy'),
    },
    { weight: 1, arbitrary: value.map((it) => it.join('')) },
  );
  const files = fc.tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n', '\r'),
    fc.constantFrom('env.list', 'x.env'),
  );
  let slowest = 0;

  fc.assert(
    fc.property(files, fc.constantFrom('create', 'destroy'), ([mark, lines, end, name], action) => {
      const path = join(folder, name);
      writeFileSync(path, Buffer.from(mark + lines.join(end)), { mode: 0o600 });
      const began = performance.now();

      const fault = faultOf(() => readOptions({ env: {}, argv: [action, '--env-file', path], mounts: [] }));

      slowest = Math.max(slowest, performance.now() - began);
      expect(['none', 'OPTIONS_WRONG', 'ENV_FILE_UNREADABLE']).toContain(fault);
      expect(slowest).toBeLessThan(1_000);
    }),
    { numRuns: runs(300, 100_000), ...seed },
  );
  if (whole) console.log(`the slowest env file took ${Math.round(slowest)} ms`);
}, 3_600_000);

function faultOf(read: () => unknown): string {
  try {
    read();
    return 'none';
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code;
  }
}

function outcome(env: Record<string, string>, argv: readonly string[]): { lines: string[]; wrong: number } {
  try {
    readOptions({ env, argv: argv.filter((word) => !word.startsWith('--env-file')) });
    return { lines: [], wrong: 0 };
  } catch (error) {
    if (!isFault(error, 'OPTIONS_WRONG')) throw error;
    return { lines: error.message.split('\n').slice(1), wrong: (error.context.details as unknown[]).length };
  }
}
