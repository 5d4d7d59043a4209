import * as z from 'zod';

import type { Handler } from '../../service.ts';
import type { Call } from './call.ts';
import { fingerprint } from './fingerprint.ts';
import type { Instance } from './instance.ts';
import { Scheduling } from './instance-properties.ts';
import { checkMetadata, metadata, Metadata } from './metadata.ts';
import { onInstance } from './on-instance.ts';
import { change } from './operate.ts';
import { prune } from './prune.ts';
import { checkFingerprint, parseBody } from './resource.ts';
import { completeScheduling } from './scheduling.ts';

const Tags = z.looseObject({ items: z.array(z.string()).default([]) });
const Account = z.looseObject({ email: z.string(), scopes: z.array(z.string()).optional() });

const one = '/compute/v1/projects/{project}/zones/{zone}/instances/{name}';

/** What can be changed of a machine, each by a method of its own. */
export const instanceSettings: Record<string, Handler> = {
  [`POST ${one}/setMetadata`]: setting('setMetadata', setMetadata),
  [`POST ${one}/setTags`]: setting('setTags', setTags),
  [`POST ${one}/setScheduling`]: setting('setScheduling', setScheduling),
  [`POST ${one}/setServiceAccount`]: setting('setServiceAccount', ({ request }) => ({
    serviceAccounts: [parseBody(Account, prune(request.body ?? {}))],
  })),
  [`POST ${one}/setDeletionProtection`]: setting('setDeletionProtection', ({ request }) => ({
    deletionProtection: request.query['deletionProtection'] !== 'false',
  })),
  [`PATCH ${one}/updateShieldedInstanceConfig`]: setting('updateShieldedInstanceConfig', ({ request }, instance) => ({
    shieldedInstanceConfig: { ...(instance['shieldedInstanceConfig'] as object), ...(request.body as object) },
  })),
};

function setting(verb: string, fields: (call: Call, instance: Instance) => object): Handler {
  return onInstance(verb, (call, instance) => change(call, 'instances', instance, verb, fields(call, instance)));
}

function setMetadata({ request }: Call, instance: Instance): object {
  const body = parseBody(Metadata, prune(request.body ?? {}), 'metadata');
  const current = instance['metadata'] as { fingerprint: string };
  checkFingerprint(body['fingerprint'], current.fingerprint, 'metadata');
  checkMetadata(body.items, 'metadata');
  return { metadata: metadata(body.items ?? []) };
}

function setTags({ request }: Call, instance: Instance): object {
  const body = parseBody(Tags, request.body, 'tags');
  const current = instance['tags'] as { fingerprint: string };
  checkFingerprint(body['fingerprint'], current.fingerprint, 'tags');
  return { tags: { items: body.items, fingerprint: fingerprint(body.items) } };
}

function setScheduling({ request }: Call, instance: Instance): object {
  const body = parseBody(Scheduling, prune(request.body ?? {}), 'scheduling');
  return { scheduling: completeScheduling(body, instance['guestAccelerators'] !== undefined) };
}
