import * as z from 'zod';

import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

const Policy = z.object({
  bindings: z.array(z.object({ role: z.string(), members: z.array(z.string()).default([]) })).default([]),
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

async function unlessDenied(asked: Promise<z.output<typeof Policy>>): Promise<Bindings | undefined> {
  try {
    return (await asked).bindings;
  } catch (error) {
    if (isGoogleError(error, 403) || isGoogleError(error, 404)) return undefined;
    throw error;
  }
}
