import { fail } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { isGoogleError } from '../google/http.ts';
import type { GoogleError } from '../google/http.ts';

/** Which bucket, of which project, and what was to be done with it (`make`, `read`, `write to`). */
export interface BucketCall {
  bucket: string;
  project: string;
  what: string;
  /** What that needs, where Google does not say it. */
  permissions: string;
}

/**
 * Turns Google's refusal of a bucket call into the fault a user is told; anything that is not Google's answer comes back
 * as it is. Google's status alone does not decide: 403 means four different things here, 412 two.
 */
export function bucketFault(error: unknown, call: BucketCall): unknown {
  if (!isGoogleError(error)) return error;
  const context = { cause: error, google: `${error.status} ${error.reason}: ${error.message}` };
  const { bucket, project } = call;
  if (isBillingError(error)) return fail('BILLING_DISABLED', { project }, context);
  if (isDisabledApi(error)) return fail('API_DISABLED', { project, apis: 'storage.googleapis.com' }, context);
  if (isPolicyError(error)) return fail('BUCKET_POLICY', { bucket, policy: error.message }, context);
  if (error.status === 401) return fail('CREDENTIALS_EXPIRED', { reason: error.message }, context);
  if (error.status === 403) return denied(error, call, context);
  if (/(?:unknown|invalid) project/i.test(error.message)) return fail('PROJECT_NOT_FOUND', { project }, context);
  const what = `the call to ${call.what} the bucket ${bucket}`;
  return fail('GOOGLE_FAILED', { what, reason: `${error.message} (${error.status})` }, context);
}

// "The billing account for the owning project is disabled in state absent"; it also comes for names of strangers:
// https://github.com/googleapis/nodejs-storage/issues/769
function isBillingError({ status, reason, message }: GoogleError): boolean {
  return status === 403 && (reason === 'accountDisabled' || /billing account/i.test(message));
}

function isDisabledApi({ status, reason }: GoogleError): boolean {
  return status === 403 && (reason === 'SERVICE_DISABLED' || reason === 'accessNotConfigured');
}

// A failed precondition of our own (ifGenerationMatch) has the same status and reason; only the text names a constraint.
function isPolicyError({ status, message }: GoogleError): boolean {
  return (status === 412 || status === 400) && /constraints?\/|violates constraint/i.test(message);
}

function denied(error: GoogleError, { bucket, project, what, permissions }: BucketCall, context: object): Fault {
  const [, who] = /^(\S+@\S+) does not have /.exec(error.message) ?? [];
  const [, missing] = /does not have (storage\.[\w.]+) access/.exec(error.message) ?? [];
  return fail(
    'BUCKET_DENIED',
    {
      who: who ?? 'this login',
      what,
      bucket,
      project,
      permissions: missing ?? permissions,
      member: who === undefined ? 'user:YOU' : memberOf(who),
    },
    context,
  );
}

/** `user:me@example.com`, as a binding of a policy says it. */
export function memberOf(email: string): string {
  return email.endsWith('.gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
}
