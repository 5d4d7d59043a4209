import * as z from 'zod';

import { poll } from '../core/poll.ts';
import type { GoogleHttp } from './http.ts';

const Share = z.object({
  name: z.string(),
  description: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  tier: z.string().default(''),
  createTime: z.string().default(''),
  fileShares: z.array(z.object({ name: z.string().default(''), capacityGb: z.coerce.number().default(0) })).default([]),
  networks: z.array(z.object({ ipAddresses: z.array(z.string()).default([]) })).default([]),
});

export type Share = z.output<typeof Share>;

/** Shares of every location. https://cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.instances/list */
export async function listShares(http: GoogleHttp, project: string): Promise<Share[]> {
  const shares: Share[] = [];
  const reply = z.object({ instances: z.array(Share).default([]), nextPageToken: z.string().optional() });
  const path = `/v1/projects/${project}/locations/-/instances`;
  for await (const page of http.pages({ method: 'GET', service: 'filestore', path }, reply)) {
    shares.push(...page.instances);
  }
  return shares;
}

/** Deletes a share and waits (at most 10 minutes). https://cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.instances/delete */
export async function deleteShare(http: GoogleHttp, name: string, signal?: AbortSignal): Promise<void> {
  const Operation = z.object({ name: z.string(), done: z.boolean().default(false) });
  const { name: operation } = await http.call(
    { method: 'DELETE', service: 'filestore', path: `/v1/${name}` },
    Operation,
  );
  const finished = async () =>
    (await http.call({ method: 'GET', service: 'filestore', path: `/v1/${operation}` }, Operation)).done || undefined;
  await poll(finished, { every: 2000, first: 100, timeout: 600_000, signal });
}
