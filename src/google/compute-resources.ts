import * as z from 'zod';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { poll } from '../core/poll.ts';
import { GoogleError, isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

const Resource = z.object({
  name: z.string(),
  selfLink: z.string(),
  description: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  network: z.string().default(''),
  creationTimestamp: z.string().default(''),
  properties: z.object({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
});
const Operation = z.object({
  name: z.string(),
  selfLink: z.string(),
  status: z.string(),
  error: z
    .object({
      errors: z.array(z.object({ code: z.string().default(''), message: z.string().default('') })).default([]),
    })
    .optional(),
  httpErrorStatusCode: z.number().optional(),
});

// What is asked for of resources that carry a whole start-up script; of the others it is all of them.
// https://cloud.google.com/compute/docs/api/how-tos/performance#partial-response
const partial: Readonly<Record<string, string>> = {
  instances: 'name,selfLink,description,labels,creationTimestamp',
  instanceTemplates: 'name,selfLink,description,creationTimestamp,properties/labels',
};

/** What every Compute resource has in common. */
export type ComputeResource = z.output<typeof Resource>;

/** Every resource of `collection` (`networks`, `firewalls`, `instanceTemplates` …) that is global. */
export async function listGlobal(http: GoogleHttp, project: string, collection: string): Promise<ComputeResource[]> {
  const found: ComputeResource[] = [];
  const path = `/compute/v1/projects/${project}/global/${collection}`;
  const fields = partial[collection] && `items(${partial[collection]}),nextPageToken`;
  const query = { maxResults: 500, fields };
  const reply = z.object({ items: z.array(Resource).default([]), nextPageToken: z.string().optional() });
  for await (const page of http.pages({ method: 'GET', service: 'compute', path, query }, reply)) {
    found.push(...page.items);
  }
  return found;
}

/** Every resource of a zonal or regional `collection` (`instances`, `subnetworks`, `resourcePolicies` …). */
export async function listAggregated(
  http: GoogleHttp,
  project: string,
  collection: string,
): Promise<ComputeResource[]> {
  const found: ComputeResource[] = [];
  const path = `/compute/v1/projects/${project}/aggregated/${collection}`;
  const fields = partial[collection] && `items/*/${collection}(${partial[collection]}),nextPageToken`;
  const query = { maxResults: 500, returnPartialSuccess: true, fields };
  const reply = z.object({
    items: z.record(z.string(), z.looseObject({})).default({}),
    nextPageToken: z.string().optional(),
  });
  const Items = z.array(Resource);
  for await (const page of http.pages({ method: 'GET', service: 'compute', path, query }, reply)) {
    for (const scope of Object.values(page.items)) {
      const items = scope[collection];
      if (items !== undefined) found.push(...Items.parse(items));
    }
  }
  return found;
}

/**
 * Deletes the resource behind `selfLink` and waits until it is gone; one that is gone already is fine.
 * Throws GoogleError with the operation's own code as its reason.
 */
export async function deleteResource(
  http: GoogleHttp,
  selfLink: string,
  options: { clock?: Clock; signal?: AbortSignal | undefined; timeout?: number } = {},
): Promise<void> {
  try {
    const operation = await http.call({ method: 'DELETE', service: 'compute', path: pathOf(selfLink) }, Operation);
    await waitForOperation(http, operation.selfLink, options);
  } catch (error) {
    if (!isGoogleError(error, 404)) throw error;
  }
}

/** Waits until a Compute operation is done (default 10 minutes). Throws GoogleError when it ended in an error. */
async function waitForOperation(
  http: GoogleHttp,
  selfLink: string,
  options: { clock?: Clock; signal?: AbortSignal | undefined; timeout?: number } = {},
): Promise<void> {
  const path = pathOf(selfLink);
  const done = await poll(
    async () => {
      const operation = await http.call({ method: 'GET', service: 'compute', path, signal: options.signal }, Operation);
      return operation.status === 'DONE' ? operation : undefined;
    },
    {
      every: 1000,
      first: 100,
      timeout: options.timeout ?? 600_000,
      clock: options.clock ?? wallClock,
      signal: options.signal,
    },
  );
  if (!done) throw new GoogleError(504, 'TIMEOUT', `the operation ${path} was not done in time`, undefined, path);
  const failure = done.error?.errors[0];
  if (failure) throw new GoogleError(done.httpErrorStatusCode ?? 400, failure.code, failure.message, done.error, path);
}

/** `https://www.googleapis.com/compute/v1/projects/…` → `/compute/v1/projects/…`, whatever host is in front. */
function pathOf(selfLink: string): string {
  return `/compute/v1/${pathBelowProjects(selfLink)}`;
}

/** `projects/…` of a link: Google writes one link with several hosts and versions. */
export function pathBelowProjects(link: string): string {
  return link.slice(link.indexOf('projects/'));
}
