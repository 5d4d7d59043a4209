import { fail } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { GoogleError } from './http.ts';

/** The fault for an answer of Google's that nobody below has dealt with; undefined when `error` is something else. */
export function googleFault(error: unknown): Fault | undefined {
  if (error instanceof GoogleError) {
    const google = `${error.status} ${error.reason}: ${error.message}`;
    if (error.status === 401) return fail('CREDENTIALS_EXPIRED', { reason: error.message }, { cause: error, google });
    return fail('GOOGLE_FAILED', { what: error.call, reason: error.message }, { cause: error, google });
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return fail('GOOGLE_UNREACHABLE', { reason: rootCause(error) }, { cause: error });
  }
  return undefined;
}

function rootCause(error: Error): string {
  return error.cause instanceof Error ? rootCause(error.cause) : error.message || String(error);
}
