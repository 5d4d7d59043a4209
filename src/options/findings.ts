import type { Mistake } from './mistakes.ts';
import { table } from './table.ts';
import type { OptionKey } from './table.ts';

/** Where rules over several options write down what they find. */
export interface Findings {
  /**
   * `option` cannot be had together with `others`. Nothing is written down when one of them was refused before: what the
   * user really wants is not known then.
   */
  complain: (option: OptionKey, others: readonly OptionKey[], reason: string, suggestion?: string) => void;
  /** Worth saying, but no mistake. */
  note: (text: string) => void;
}

/** Findings that fill the two lists. */
export function collectFindings(wrong: ReadonlySet<OptionKey>, mistakes: Mistake[], notes: string[]): Findings {
  return {
    complain(option, others, reason, suggestion) {
      if ([option, ...others].some((key) => wrong.has(key))) return;
      mistakes.push({ option: table[option].env, reason, ...(suggestion === undefined ? {} : { suggestion }) });
    },
    note: (text) => void notes.push(text),
  };
}
