import { readArguments } from './arguments.ts';
import { actionsThatNeed } from './action-words.ts';
import type { ActionName } from './action-words.ts';
import { readEnvFile } from './env-file.ts';
import { mistakeLine, optionsWrong, shown } from './mistakes.ts';
import type { Mistake } from './mistakes.ts';
import type { Option } from './option.ts';
import { Refusal } from './refusal.ts';
import { resolve } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import type { Surroundings } from './resolve-files.ts';
import { gatherTexts } from './gather.ts';
import { table, tableEntries } from './table.ts';
import type { OptionKey, TableValues } from './table.ts';

/** Every option, checked, with everything that derives from the machine type already in it. */
export type Options = Readonly<
  Omit<TableValues, 'action' | keyof Resolved> &
    Resolved & {
      action: ActionName;
      /** Words after the action, such as the shell of `completion bash`. */
      operands: readonly string[];
      /** What follows `--`: a command for a machine. */
      command: readonly string[];
    }
>;

/** What is read: the environment and the words of the command line, without the program's name. */
export interface OptionSources extends Partial<Surroundings> {
  env: Readonly<Record<string, string | undefined>>;
  argv: readonly string[];
}

/**
 * Reads the options once, at the edge: flags win over the environment, the environment over `--env-file`, and the first
 * argument over ACTION. All mistakes are thrown together as OPTIONS_WRONG; ENV_FILE_UNREADABLE for the file. `notes` are
 * things worth saying that are no mistakes.
 */
export function readOptions({ env, argv, cwd = process.cwd(), mounts }: OptionSources): {
  options: Options;
  notes: string[];
  /** What the env file says to Google's libraries and to Terraform; the environment wins over it. */
  surroundings: Record<string, string>;
} {
  const line = readArguments(argv);
  const file = line.envFile === undefined ? undefined : readEnvFile(line.envFile, env);
  const gathered = gatherTexts({ flags: line.values, environment: env, envFile: file?.variables ?? new Map() });
  const notes = [...(file?.notes ?? []), ...gathered.notes];
  if (line.action !== undefined && !line.values.has('ACTION')) gathered.texts.set('ACTION', line.action);

  const { values, wrong, mistakes: refused } = parseAll(gathered.texts);
  const { action } = values;
  const mistakes = [...line.mistakes, ...gathered.mistakes, ...refused];
  if (action === undefined) throw optionsWrong([...mistakes, ...withoutAction(wrong)]);

  const { resolved, contradictions, remarks } = resolve(values, wrong, { cwd, mounts });
  mistakes.push(...missing(action, gathered.texts, mistakes), ...contradictions);
  const stopping = mistakes.filter((mistake) => stops(mistake, action));
  if (stopping.length > 0) throw optionsWrong(stopping);
  const unused = mistakes.map((mistake) => `${action} does not look at ${mistakeLine(mistake)}`);
  const options = freeze({ ...values, ...resolved, action, operands: line.operands, command: line.command });
  const { surroundings } = gathered;
  return { options, notes: [...notes, ...(makesCluster(action) ? remarks : []), ...unused], surroundings };
}

function makesCluster(action: ActionName): boolean {
  return actionsThatNeed('cluster').includes(action);
}

interface Parsed {
  values: TableValues;
  /** Options that were given a value that cannot be used; `values` has their default. */
  wrong: Set<OptionKey>;
  mistakes: Mistake[];
}

function parseAll(texts: ReadonlyMap<string, string>): Parsed {
  const wrong = new Set<OptionKey>();
  const mistakes: Mistake[] = [];
  const values = tableEntries.map(([key, option]) => {
    const text = texts.get(option.env);
    if (text !== undefined) {
      try {
        return [key, parseOne(option, text)];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        wrong.add(key);
        mistakes.push(mistakeOf(option, text, error));
      }
    }
    return [key, option.default === undefined ? undefined : option.kind.parse(option.default)];
  });
  return { values: Object.fromEntries(values) as TableValues, wrong, mistakes };
}

function parseOne(option: Option, text: string): unknown {
  if (!option.kind.verbatim && /\p{Cc}/u.test(text)) throw new Refusal(`${shown(text)} holds a control character`);
  return option.kind.parse(text);
}

function mistakeOf(option: Option, text: string, { message, suggestion }: Refusal): Mistake {
  const { allowed } = option.kind;
  return {
    option: option.env,
    reason: message === '' ? `${shown(text)} is not ${allowed}` : message,
    ...(option.secret ? {} : { given: text }),
    allowed,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function withoutAction(wrong: ReadonlySet<OptionKey>): Mistake[] {
  if (wrong.has('action')) return [];
  return [{ option: 'ACTION', reason: `is not given; it is ${table.action.kind.allowed}` }];
}

function missing(action: ActionName, texts: ReadonlyMap<string, string>, found: readonly Mistake[]): Mistake[] {
  const needed = tableEntries.map(([, option]) => option).filter((option) => option.neededBy?.includes(action));
  // NAME_PREFX was named already, and with it what is missing.
  const absent = needed.filter(({ env }) => !texts.has(env) && !found.some(({ suggestion }) => suggestion === env));
  const placeless = needed.includes(table.namePrefix) && !texts.has('ZONE') && !texts.has('REGION');
  return [
    ...absent.map((option) => ({ option: option.env, reason: notGiven(action, option) })),
    ...(placeless && !needed.includes(table.zones)
      ? [{ option: 'ZONE', reason: `${notGiven(action, table.zones)}; REGION will do, too` }]
      : []),
  ];
}

function notGiven(action: ActionName, { env, example }: Option): string {
  return `is not given, and ${action} needs it; for example ${env}=${example}`;
}

/** A mistake in an option that the action does not look at must not be in its way: an old env file still destroys. */
function stops({ option, suggestion, usedBy }: Mistake, action: ActionName): boolean {
  const entry = tableEntries.map(([, known]) => known).find(({ env }) => env === option || env === suggestion);
  return (usedBy ?? entry?.usedBy)?.includes(action) ?? true;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
