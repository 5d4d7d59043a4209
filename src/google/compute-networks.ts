import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Network = z.object({
  name: z.string(),
  selfLink: z.string(),
  description: z.string().default(''),
  /** Bytes. */
  mtu: z.number().optional(),
  networkProfile: z.string().optional(),
});
const Subnetwork = z.object({
  name: z.string(),
  selfLink: z.string(),
  network: z.string().default(''),
  ipCidrRange: z.string().default(''),
  ipv6CidrRange: z.string().optional(),
  internalIpv6Prefix: z.string().optional(),
});
const Router = z.object({
  name: z.string(),
  network: z.string().default(''),
  nats: z.array(z.object({ name: z.string().default('') })).default([]),
});

export type Network = z.output<typeof Network>;
export type Subnetwork = z.output<typeof Subnetwork>;
export type Router = z.output<typeof Router>;

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks/list */
export function listNetworks(http: GoogleHttp, project: string): Promise<Network[]> {
  return listAll(http, `/compute/v1/projects/${project}/global/networks`, Network);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/list */
export function listSubnetworks(http: GoogleHttp, project: string, region: string): Promise<Subnetwork[]> {
  return listAll(http, `/compute/v1/projects/${project}/regions/${region}/subnetworks`, Subnetwork);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers/list */
export function listRouters(http: GoogleHttp, project: string, region: string): Promise<Router[]> {
  return listAll(http, `/compute/v1/projects/${project}/regions/${region}/routers`, Router);
}

async function listAll<Schema extends z.ZodType>(
  http: GoogleHttp,
  path: string,
  item: Schema,
): Promise<z.output<Schema>[]> {
  const reply = z.object({ items: z.array(item).default([]), nextPageToken: z.string().optional() });
  const found: z.output<Schema>[] = [];
  for await (const page of http.pages({ method: 'GET', service: 'compute', path, query: { maxResults: 500 } }, reply)) {
    found.push(...page.items);
  }
  return found;
}
