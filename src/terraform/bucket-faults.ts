import { fail } from '../core/faults.ts';
import { denied, refusalFault } from '../core/refusal-fault.ts';
import { judgeRefusal, refusalCode } from '../core/refusals.ts';
import { saidBy, unknownFault } from '../google/google-fault.ts';
import { isGoogleError } from '../google/http.ts';

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
 * as it is. A policy or a missing permission is about the bucket then, and another one can be chosen.
 */
export function bucketFault(error: unknown, call: BucketCall): unknown {
  if (!isGoogleError(error)) return error;
  const said = saidBy(error);
  const context = { cause: error, googleCode: refusalCode(said), google: error.message };
  const { bucket, project, permissions } = call;
  const what = `the call to ${call.what} the bucket ${bucket}`;
  switch (judgeRefusal(said)?.kind) {
    case 'policy':
      return fail('BUCKET_POLICY', { bucket, policy: error.message }, context);
    case 'permission': {
      const { who, member, missing } = denied(error.message);
      const named = missing ?? permissions;
      return fail('BUCKET_DENIED', { who, member, permissions: named, what: call.what, bucket, project }, context);
    }
    case undefined:
      if (/(?:unknown|invalid) project/i.test(error.message)) return fail('PROJECT_NOT_FOUND', { project }, context);
      return unknownFault(error, what, `${error.message} (${error.status})`);
    default:
      return refusalFault(said, { project, what, bucket }, { cause: error });
  }
}
