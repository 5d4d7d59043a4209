import { fail } from '../core/faults.ts';
import type { ActionName } from './action-words.ts';
import type { Fault } from '../core/faults.ts';

/** One thing that is wrong with what the user gave; `reason` follows the name of the option. */
export interface Mistake {
  option: string;
  reason: string;
  /** The value as it was given; left out for secrets and for what was not given at all. */
  given?: string;
  /** What would be right, in words. */
  allowed?: string;
  suggestion?: string;
  /** Actions that it stops, where no option says so; left out = all. */
  usedBy?: readonly ActionName[];
}

/** All mistakes of a run in one fault: a line for each, and the same as details for machines. */
export function optionsWrong(mistakes: readonly Mistake[]): Fault {
  const list = mistakes.map((mistake) => `  ${mistakeLine(mistake)}`).join('\n');
  const details = mistakes.map(({ option, given, allowed, reason, suggestion }) => ({
    option,
    given,
    allowed,
    reason,
    suggestion,
  }));
  return fail('OPTIONS_WRONG', { count: mistakes.length, list }, { details });
}

/** `VM_TYPE: 'a2-highgpu-3g' is not a machine type; did you mean a2-highgpu-2g?` */
export function mistakeLine({ option, reason, suggestion }: Mistake): string {
  const line = `${option}: ${reason}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
  return shortened(printable(line), 500);
}

/** A value as a line can show it, in quotes: short, and without characters that would move the cursor. */
export function shown(text: string): string {
  return `'${shortened(printable(text), 80)}'`;
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  const letters: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return letters[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}
