import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFault } from '../../src/core/faults.ts';
import { flagOf } from '../../src/options/option.ts';
import { readOptions } from '../../src/options/read.ts';
import { tableEntries } from '../../src/options/table.ts';

const names = tableEntries.map(([, option]) => option.env);

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
    { numRuns: 400 },
  );
});

function outcome(env: Record<string, string>, argv: readonly string[]): { lines: string[]; wrong: number } {
  try {
    readOptions({ env, argv: argv.filter((word) => !word.startsWith('--env-file')) });
    return { lines: [], wrong: 0 };
  } catch (error) {
    if (!isFault(error, 'OPTIONS_WRONG')) throw error;
    return { lines: error.message.split('\n').slice(1), wrong: (error.context.details as unknown[]).length };
  }
}
