import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Disk = z.object({
  name: z.string(),
  /** GB, as Google writes large numbers: as a text. */
  sizeGb: z.coerce.number().default(0),
  type: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  creationTimestamp: z.string().default(''),
});

export type Disk = z.output<typeof Disk>;

/** Disks of the project that match `filter`. https://cloud.google.com/compute/docs/reference/rest/v1/disks/aggregatedList */
export async function listDisks(http: GoogleHttp, project: string, filter: string): Promise<Disk[]> {
  const reply = z.object({
    items: z.record(z.string(), z.object({ disks: z.array(Disk).optional() })).default({}),
    nextPageToken: z.string().optional(),
  });
  const disks: Disk[] = [];
  const path = `/compute/v1/projects/${project}/aggregated/disks`;
  const fields = `items/*/disks(${Object.keys(Disk.shape).join(',')}),nextPageToken`;
  const query = { filter, maxResults: 500, returnPartialSuccess: true, fields };
  for await (const page of http.pages({ method: 'GET', service: 'compute', path, query }, reply)) {
    for (const scope of Object.values(page.items)) disks.push(...(scope.disks ?? []));
  }
  return disks;
}
