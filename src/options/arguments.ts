import { suggest } from '../core/suggest.ts';
import { actionNamed, operandsOf, takesCommand } from './action-words.ts';
import type { ActionName } from './action-words.ts';
import type { Mistake } from './mistakes.ts';
import { flagOf } from './option.ts';
import { tableEntries } from './table.ts';

/** A command line, taken apart: texts are not checked yet. */
export interface Arguments {
  /** The first word that is no flag. */
  action: string | undefined;
  /** What follows it. */
  operands: string[];
  /** A command for a machine: what follows `--`. */
  command: string[];
  /** Values of the flags, by the name of their variable. */
  values: Map<string, string>;
  envFile: string | undefined;
  mistakes: Mistake[];
}

interface Flag {
  env: string;
  /** A switch: `--wait` stands for yes; this is what it stands for. */
  alone?: string;
}

/** Takes `argv` (without the program) apart: `--name-prefix x`, `--name-prefix=x`, `--sandbox`, `--no-wait`, `--json`, `--markdown`, `--env-file F`. */
export function readArguments(argv: readonly string[]): Arguments {
  const flags = knownFlags();
  const result: Arguments = {
    action: undefined,
    operands: [],
    command: [],
    values: new Map(),
    envFile: undefined,
    mistakes: [],
  };
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      const action = actionNamed(words[0]);
      (action && takesCommand(action) ? result.command : words).push(...rest.splice(0));
    } else if (word.startsWith('-') && word !== '-') {
      readFlag(word, rest, flags, result);
    } else {
      words.push(word);
    }
  }
  [result.action, ...result.operands] = words;
  result.mistakes.push(...wrongOperands(result));
  return result;
}

function readFlag(word: string, rest: string[], flags: ReadonlyMap<string, Flag>, result: Arguments): void {
  const [, name = word, given] = /^(--[^=]*)=([^]*)$/.exec(word) ?? [];
  const flag = flags.get(name);
  if (flag === undefined) {
    const suggestion = name.startsWith('--') ? suggest(name, flags.keys()) : undefined;
    const meant = suggestion === undefined ? undefined : flags.get(suggestion);
    // Its value is no mistake of its own.
    if (meant && meant.alone === undefined && given === undefined) valueAfter(rest, flags);
    result.mistakes.push({
      option: name,
      reason: 'is not a flag of this program',
      ...(suggestion ? { suggestion } : {}),
    });
    return;
  }
  const text = given ?? flag.alone ?? valueAfter(rest, flags);
  const before = flag.env === envFile ? result.envFile : result.values.get(flag.env);
  if (text === undefined) {
    result.mistakes.push({ option: name, reason: 'needs a value' });
  } else if (before !== undefined && before !== text) {
    result.mistakes.push({ option: name, reason: 'is there twice, with different values' });
  } else if (flag.env === envFile) {
    result.envFile = text;
  } else {
    result.values.set(flag.env, text);
  }
}

const envFile = 'env file';

function valueAfter(rest: string[], flags: ReadonlyMap<string, Flag>): string | undefined {
  const [next] = rest;
  // A flag of ours is no value: the value was forgotten. One that looks like a flag can be given as --name=value.
  return next === undefined || flags.has(next.replace(/=[^]*$/, '')) ? undefined : rest.shift();
}

function knownFlags(): Map<string, Flag> {
  const flags = new Map<string, Flag>([
    ['--env-file', { env: envFile }],
    ['--json', { env: 'LOG_FORMAT', alone: 'json' }],
    ['--markdown', { env: 'LOG_FORMAT', alone: 'markdown' }],
    ['--help', { env: 'ACTION', alone: 'help' }],
    ['-h', { env: 'ACTION', alone: 'help' }],
    ['--version', { env: 'ACTION', alone: 'version' }],
  ]);
  for (const [, option] of tableEntries) {
    const flag = flagOf(option);
    if (option.kind.isSwitch) {
      flags.set(flag, { env: option.env, alone: 'yes' });
      if (!flag.startsWith('--no-')) flags.set(`--no-${flag.slice(2)}`, { env: option.env, alone: 'no' });
    } else {
      flags.set(flag, { env: option.env });
    }
  }
  return flags;
}

function wrongOperands({ action, operands }: Arguments): Mistake[] {
  const name = actionNamed(action);
  const allowed = name ? operandsOf(name) : [];
  const absent = allowed.slice(operands.length).filter(({ needed }) => needed);
  return [
    ...operands.flatMap((word, place): Mistake[] => {
      const operand = allowed[place];
      if (!operand) return [{ option: word, reason: surplusReason(word, name) }];
      return wrongWord(word, operand);
    }),
    ...absent.map((operand) => ({ option: operand.name, reason: `is not given, and ${name} needs it` })),
  ];
}

function wrongWord(word: string, { name, words, form }: ReturnType<typeof operandsOf>[number]): Mistake[] {
  if (form && !form.pattern.test(word)) return [{ option: name, reason: `'${word}' is not ${form.allowed}` }];
  if (!words || words.includes(word)) return [];
  const suggestion = suggest(word, words);
  return [{ option: word, reason: `is not one of ${words.join(', ')}`, ...(suggestion ? { suggestion } : {}) }];
}

function surplusReason(word: string, action: ActionName | undefined): string {
  if (/^(yes|no|true|false)$/i.test(word)) return 'stands alone; join it to its flag, as in --sandbox=yes';
  if (action && takesCommand(action))
    return `is one word too many after ${action}; a command for the machine follows --`;
  return `is one word too many${action ? ` after ${action}` : ''}`;
}
