import { fail } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { refusalFault } from '../core/refusal-fault.ts';
import { refusalCode } from '../core/refusals.ts';
import type { Said } from '../core/refusals.ts';
import { GoogleError } from './http.ts';

/** The fault for an answer of Google's that nobody below has dealt with; undefined when `error` is something else. */
export function googleFault(error: unknown): Fault | undefined {
  if (error instanceof GoogleError) {
    const said = saidBy(error);
    const known = refusalFault(said, { project: projectIn(error.call), what: error.call }, { cause: error });
    return known ?? unknownFault(error, error.call, error.message);
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return fail('GOOGLE_UNREACHABLE', { reason: rootCause(error) }, { cause: error });
  }
  return undefined;
}

/** The fault for words that we do not know: Google cannot, which passes by itself, or it will not. */
export function unknownFault(error: GoogleError, what: string, reason: string): Fault {
  const context = { cause: error, googleCode: refusalCode(saidBy(error)), google: error.message };
  return fail(error.status >= 500 ? 'GOOGLE_UNAVAILABLE' : 'GOOGLE_FAILED', { what, reason }, context);
}

/** The refusal in an answer, with the call that it is the answer to. */
export function saidBy({ status, code, reason, message, call }: GoogleError): Said {
  return { status, code, reason, text: message, call };
}

function projectIn(call: string): string {
  return /\/projects\/([^/:]+)/.exec(call)?.[1] ?? 'YOUR-PROJECT';
}

function rootCause(error: Error): string {
  return error.cause instanceof Error ? rootCause(error.cause) : error.message || String(error);
}
