import * as z from 'zod';

import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

const Policy = z.object({
  bindings: z.array(z.object({ role: z.string(), members: z.array(z.string()).default([]) })).default([]),
});

// Read and written back whole: conditions and audit rules of others must survive.
const WholePolicy = z.looseObject({
  bindings: z.array(z.looseObject({ role: z.string(), members: z.array(z.string()).default([]) })).default([]),
});

/** Who has which roles. */
export type Bindings = z.output<typeof Policy>['bindings'];

/**
 * The bindings of a project's own policy; `undefined` where we may not look.
 * https://cloud.google.com/resource-manager/reference/rest/v1/projects/getIamPolicy
 */
export function projectBindings(http: GoogleHttp, project: string): Promise<Bindings | undefined> {
  const body = { options: { requestedPolicyVersion: 3 } };
  const path = `/v1/projects/${project}:getIamPolicy`;
  return unlessDenied(http.call({ method: 'POST', service: 'resourcemanager', path, body }, Policy));
}

/**
 * The bindings of a bucket's own policy; `undefined` where we may not look, or there is no such bucket.
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy
 */
export function bucketBindings(http: GoogleHttp, bucket: string): Promise<Bindings | undefined> {
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/iam`;
  const query = { optionsRequestedPolicyVersion: 3 };
  return unlessDenied(http.call({ method: 'GET', service: 'storage', path, query }, Policy));
}

// Somebody else may change the policy between our reading and our writing: then Google answers 409, and we read it again.
const triesWhenChanged = 5;

/**
 * Takes every role in a project away from `member` (`serviceAccount:a@b`). A role that a deleted account had stays in the policy for ever,
 * and counts towards its limit of 1,500 members: https://cloud.google.com/iam/docs/policies#deleted-principals
 */
export async function dropProjectMember(http: GoogleHttp, project: string, member: string): Promise<void> {
  const call = (verb: 'get' | 'set', body: object): Promise<z.output<typeof WholePolicy>> =>
    http.call(
      { method: 'POST', service: 'resourcemanager', path: `/v1/projects/${project}:${verb}IamPolicy`, body },
      WholePolicy,
    );
  for (let tries = 1; ; tries += 1) {
    const policy = await call('get', { options: { requestedPolicyVersion: 3 } });
    if (!policy.bindings.some(({ members }) => members.includes(member))) return;
    const bindings = policy.bindings
      .map((binding) => ({ ...binding, members: binding.members.filter((one) => one !== member) }))
      .filter(({ members }) => members.length > 0);
    try {
      await call('set', { policy: { ...policy, bindings } });
      return;
    } catch (error) {
      if (!isGoogleError(error, 409) || tries === triesWhenChanged) throw error;
    }
  }
}

async function unlessDenied(asked: Promise<z.output<typeof Policy>>): Promise<Bindings | undefined> {
  try {
    return (await asked).bindings;
  } catch (error) {
    if (isGoogleError(error, 403) || isGoogleError(error, 404)) return undefined;
    throw error;
  }
}
