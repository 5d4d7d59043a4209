import * as z from 'zod';

import { ApiError } from '../service.ts';
import type { Request, Store } from '../service.ts';
import { jsonBody } from './json-body.ts';
import { mayUse } from './permissions.ts';
import type { Policy } from './projects.ts';

const SetPolicy = z.looseObject({
  policy: z.looseObject({
    version: z.number().int().optional(),
    etag: z.string().nullish(),
    bindings: z
      .array(
        z.looseObject({
          role: z.string(),
          members: z.array(z.string()).default([]),
          condition: z.looseObject({}).optional(),
        }),
      )
      .optional(),
  }),
});

const Test = z.looseObject({ permissions: z.array(z.string()).default([]) });

/** A resource that nobody was granted anything on. */
export const emptyPolicy: Policy = { version: 1, etag: 'ACAB' };

/**
 * The policy that a `setIamPolicy` request puts in place of `current`. Throws 409 when somebody else changed it since
 * it was read, 400 for roles that cannot be and service accounts that are not there.
 */
export function replacedPolicy(store: Store, body: unknown, current: Policy): Policy {
  const { bindings = [], etag } = jsonBody(SetPolicy, body).policy;
  if (etag && etag !== current.etag) throw changedMeanwhile(etag, current.etag);
  for (const { role, members } of bindings) {
    if (!/^(roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\/[\w.]+$/.test(role)) {
      throw new ApiError(400, 'badRequest', `Role (${role}) does not exist in the resource's hierarchy.`);
    }
    for (const member of members) checkMember(store, member);
  }
  const kept = bindings.filter(({ members }) => members.length > 0);
  const version = kept.some(({ condition }) => condition) ? 3 : 1;
  const next = Buffer.from(store.nextId()).toString('base64');
  return { version, etag: next, ...(kept.length > 0 ? { bindings: kept } : {}) };
}

/** The answer of `testIamPermissions`: those of the asked permissions that the caller has in the project. */
export function heldPermissions({ store, body, principal }: Request, projectId: string): object {
  const { permissions } = jsonBody(Test, body);
  if (permissions.length > 100) throw new ApiError(400, 'badRequest', 'Request contains more than 100 permissions.');
  const held = permissions.filter((permission) => mayUse(store, projectId, principal, permission));
  return held.length > 0 ? { permissions: held } : {};
}

function checkMember(store: Store, member: string): void {
  if (
    /^(allUsers|allAuthenticatedUsers|(user|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+)$/.test(
      member,
    )
  ) {
    return;
  }
  const [, email = '', project = ''] = /^serviceAccount:([^@]+@([^.]+)\..+)$/.exec(member) ?? [];
  if (!email)
    throw new ApiError(
      400,
      'badRequest',
      `Invalid member "${member}": it needs a type such as user: or serviceAccount:.`,
    );
  // Accounts of Google's own and of projects that this sandbox has not met are taken on trust.
  const isKnownProject = email.endsWith('.iam.gserviceaccount.com') && store.get('projects', project) !== undefined;
  if (isKnownProject && !store.get('serviceAccounts', `projects/${project}/serviceAccounts/${email}`)) {
    throw new ApiError(400, 'badRequest', `Service account ${email} does not exist.`);
  }
}

function changedMeanwhile(sent: string, current: string): ApiError {
  return new ApiError(
    409,
    'aborted',
    `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${sent}' did not match the current policy's ETag '${current}'.`,
  );
}
