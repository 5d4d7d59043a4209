import type { ActionName } from './action-words.ts';

/** Groups of the help and of docs/variables.md, in the order they are shown. */
export const groups = [
  'required',
  'machines',
  'image and disks',
  'network',
  'files and start-up',
  'storage',
  'services',
  'life time',
  'run',
  'sandbox',
] as const;

/** One of the headings of the help. */
export type Group = (typeof groups)[number];

/**
 * What a value may be. An environment variable is a text, so a kind is a parser with its words; no schema library is
 * loaded for `--help` or for the completion of a shell.
 */
export interface Kind<Value> {
  /** What is allowed, so that it reads well after "is not" and in the docs. */
  allowed: string;
  /** Throws a Refusal. */
  parse(text: string): Value;
  /** All values, or the usual ones, for suggestions and completion. */
  words?: readonly string[];
  completes?: 'file' | 'directory';
  /** `--name` alone means yes and `--no-name` means no. */
  isSwitch?: true;
  /** The text is taken as it is: no quotes are removed, and it may have lines. */
  verbatim?: true;
}

/** One entry of the table: an environment variable with its flag, what it may be, and its words. */
export interface Option<Value = unknown> {
  env: string;
  kind: Kind<Value>;
  /** As a user would write it. */
  default?: string;
  /** How the default reads to people, where it is derived and not a constant. */
  defaultText?: string;
  group: Group;
  /** One line, for the help and the example file. */
  summary: string;
  example: string;
  /** The value is not repeated in any text. */
  secret?: true;
  /** Actions that cannot do without it; left out = none. */
  neededBy?: readonly ActionName[];
  /** Actions that look at it, so that its mistakes stop them; left out = all. */
  usedBy?: readonly ActionName[];
}

/** The flag of an option: `--name-prefix` for NAME_PREFIX. */
export function flagOf(option: { env: string }): string {
  return `--${option.env.toLowerCase().replaceAll('_', '-')}`;
}
