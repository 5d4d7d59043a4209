import * as z from 'zod';

import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

/** A Compute operation, and the name of the resource that it works on. */
export interface RunningOperation {
  status: string;
  target: string;
}

/** Operations of all zones and regions that are not done. https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/aggregatedList */
export async function listOperations(http: GoogleHttp, project: string): Promise<RunningOperation[]> {
  const Operation = z.object({ status: z.string(), targetLink: z.string().default('') });
  const reply = z.object({
    items: z.record(z.string(), z.object({ operations: z.array(Operation).default([]) })).default({}),
    nextPageToken: z.string().optional(),
  });
  const path = `/compute/v1/projects/${project}/aggregated/operations`;
  const query = { filter: 'status != "DONE"', maxResults: 500, returnPartialSuccess: true };
  const operations: RunningOperation[] = [];
  for await (const { items } of http.pages({ method: 'GET', service: 'compute', path, query }, reply)) {
    for (const { status, targetLink } of Object.values(items).flatMap((scope) => scope.operations)) {
      operations.push({ status, target: targetLink.slice(targetLink.lastIndexOf('/') + 1) });
    }
  }
  return operations;
}

/** Names of the gateways (Cloud NAT) of the router `id`. https://cloud.google.com/compute/docs/reference/rest/v1/routers/get */
export async function getNatNames(http: GoogleHttp, id: string): Promise<string[]> {
  const reply = z.object({ nats: z.array(z.object({ name: z.string() })).default([]) });
  const { nats } = await http.call({ method: 'GET', service: 'compute', path: `/compute/v1/${id}` }, reply);
  return nats.map(({ name }) => name);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagerResizeRequests/get */
export async function hasResizeRequest(http: GoogleHttp, id: string): Promise<boolean> {
  try {
    await http.call({ method: 'GET', service: 'compute', path: `/compute/v1/${id}` }, z.unknown());
    return true;
  } catch (error) {
    if (isGoogleError(error, 404)) return false;
    throw error;
  }
}
