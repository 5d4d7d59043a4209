import * as z from 'zod';

import { fail, isFault } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';

// https://datatracker.ietf.org/doc/html/rfc6749#section-5.2, with Google's own sub-type
const Refusal = z.object({
  error: z.string(),
  error_description: z.string().default(''),
  error_subtype: z.string().default(''),
});
const RefusedCall = z.object({ response: z.object({ data: Refusal }) });

/**
 * Turns the failure to get a token into a fault: a login that has run out is mended by logging in again, a key that is
 * refused is not.
 */
export function tokenFault(error: unknown, description: string): Fault {
  if (isFault(error)) return error;
  const refusal = RefusedCall.safeParse(error).data?.response.data;
  const message = error instanceof Error ? error.message : String(error);
  const google = refusal ? `${refusal.error}: ${refusal.error_description}${clockHint(refusal)}` : message;
  const context = { cause: error, google };
  if (isExpired(refusal, message)) {
    const why = refusal?.error_subtype || refusal?.error || 'invalid_grant';
    return fail(
      'CREDENTIALS_EXPIRED',
      { reason: `${description} is refused (${why}: ${refusal?.error_description || message})` },
      context,
    );
  }
  if (refusal !== undefined)
    return fail('NO_CREDENTIALS', { reason: `${description} is refused (${google})` }, context);
  return fail('GOOGLE_FAILED', { what: `a token for ${description}`, reason: message }, context);
}

// A key signs a request that is good for an hour by the clock of this machine.
function clockHint({ error_description: text }: z.output<typeof Refusal>): string {
  if (!text.includes('reasonable timeframe')) return '';
  return ` Perhaps the clock of this machine is wrong: it says ${new Date().toISOString()}`;
}

// A key file whose key was deleted is an `invalid_grant` as well, but says so: "Invalid JWT Signature".
function isExpired(refusal: z.output<typeof Refusal> | undefined, message: string): boolean {
  if (refusal === undefined) return /invalid_rapt|rapt_required|reauth related error/.test(message);
  if (refusal.error_description.includes('JWT')) return false;
  return refusal.error === 'invalid_grant' || refusal.error_subtype === 'invalid_rapt';
}
