import type { Kind } from '../core/refusals.ts';
import type { Diagnostic } from '../terraform/diagnostics.ts';
import { refusalsIn, saidIn } from '../terraform/verdict.ts';

/** What is known of an apply that was refused. Times in milliseconds. */
export interface RefusedApply {
  diagnostics: readonly Diagnostic[];
  /** How many times it was tried. */
  tries: number;
  /** Since the first refusal. */
  waited: number;
  /** Names of the accounts that this run has set out to make. */
  accounts: readonly string[];
  /** This run may have switched APIs on. */
  enableApis: boolean;
}

/** How a refused apply goes on by itself. */
export interface Remedy {
  why: string;
  /** Milliseconds. */
  pause: number;
  /** Calls at once from now on. */
  parallelism?: number;
  /** It helps only when something is found that can be taken over. */
  adopts?: true;
}

const mostTries = 3;
// "It can take a few minutes": https://cloud.google.com/iam/docs/access-change-propagation
const propagation = 180_000;

/**
 * What to do about a refused apply, or `undefined` where asking again would not help. What was given only now (an account, an API)
 * is not known everywhere at once, so that its refusal passes; any other missing permission stops at once.
 */
export function remedyFor({ diagnostics, tries, waited, accounts, enableApis }: RefusedApply): Remedy | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const verdicts = refusalsIn(errors);
  const isFresh = (kind: Kind, error: Diagnostic | undefined): boolean => {
    if (kind === 'api off') return enableApis;
    const text = error ? saidIn(error).text : '';
    return (kind === 'account unknown' || kind === 'permission') && accounts.some((name) => text.includes(`${name}@`));
  };
  const fresh = verdicts.map((verdict, place) => verdict !== undefined && isFresh(verdict.kind, errors[place]));
  if (verdicts.some((verdict, place) => verdict?.action === 'STOP' && !fresh[place])) return undefined;
  if (fresh.includes(true)) {
    if (waited >= propagation) return undefined;
    const pause = Math.min(30_000, 1_000 * 2 ** tries);
    return { why: 'Google does not know everywhere yet what was made just now: asking again', pause };
  }
  if (tries >= mostTries) return undefined;
  const kinds = verdicts.map((verdict) => verdict?.kind);
  if (kinds.includes('exists'))
    return { why: 'Google has it already: looking whether it is ours', pause: 0, adopts: true };
  // The quotas of calls are counted by the minute.
  if (kinds.includes('rate')) {
    return { why: 'Google is asked too often: going on more slowly in a minute', pause: 60_000, parallelism: 4 };
  }
  return undefined;
}
