import * as z from 'zod';

import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

const Quota = z.object({ metric: z.string(), limit: z.number(), usage: z.number() });
const Region = z.object({ name: z.string(), quotas: z.array(Quota).default([]) });
const Project = z.object({ name: z.string(), id: z.coerce.string().optional(), quotas: z.array(Quota).default([]) });
const Zone = z.object({ name: z.string(), status: z.string().default('UP') });
const MachineTypeReply = z.object({
  name: z.string(),
  guestCpus: z.number(),
  memoryMb: z.number(),
  architecture: z.string().optional(),
  accelerators: z.array(z.object({ guestAcceleratorType: z.string(), guestAcceleratorCount: z.number() })).default([]),
});
const Image = z.object({
  name: z.string(),
  family: z.string().optional(),
  selfLink: z.string(),
  architecture: z.string().optional(),
  diskSizeGb: z.coerce.number().default(10),
  deprecated: z.object({ state: z.string().optional() }).optional(),
  creationTimestamp: z.string().optional(),
});
const Reservation = z.object({
  name: z.string(),
  zone: z.string().optional(),
  resourcePolicies: z.record(z.string(), z.string()).optional(),
  specificReservation: z
    .object({
      count: z.coerce.number(),
      inUseCount: z.coerce.number().default(0),
      instanceProperties: z.object({ machineType: z.string().optional() }).optional(),
    })
    .optional(),
});

/** One quota: its metric, limit and use, as `regions.get` and `projects.get` tell. */
export type Quota = z.output<typeof Quota>;
/** What the live API says of a machine type; it wins over the catalog. */
export type LiveMachineType = z.output<typeof MachineTypeReply>;
export type Image = z.output<typeof Image>;
export type Reservation = z.output<typeof Reservation>;

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item).default([]), nextPageToken: z.string().optional() });

/** https://cloud.google.com/compute/docs/reference/rest/v1/projects/get */
export function getComputeProject(http: GoogleHttp, project: string): Promise<z.output<typeof Project>> {
  return http.call({ method: 'GET', service: 'compute', path: `/compute/v1/projects/${project}` }, Project);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/regions/get */
export function getRegion(http: GoogleHttp, project: string, region: string): Promise<z.output<typeof Region>> {
  return http.call(
    { method: 'GET', service: 'compute', path: `/compute/v1/projects/${project}/regions/${region}` },
    Region,
  );
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/zones/get — `undefined` when there is no such zone. */
export function getZone(http: GoogleHttp, project: string, zone: string): Promise<z.output<typeof Zone> | undefined> {
  return orUndefined(
    http.call({ method: 'GET', service: 'compute', path: `/compute/v1/projects/${project}/zones/${zone}` }, Zone),
  );
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/get — `undefined` when the zone lacks it. */
export function getMachineType(
  http: GoogleHttp,
  project: string,
  zone: string,
  type: string,
): Promise<LiveMachineType | undefined> {
  const path = `/compute/v1/projects/${project}/zones/${zone}/machineTypes/${type}`;
  return orUndefined(http.call({ method: 'GET', service: 'compute', path }, MachineTypeReply));
}

/** Zones of the project that offer `type`, sorted. https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList */
export async function zonesWithMachineType(http: GoogleHttp, project: string, type: string): Promise<string[]> {
  const Aggregated = z.object({
    items: z
      .record(z.string(), z.object({ machineTypes: z.array(z.object({ name: z.string() })).optional() }))
      .default({}),
    nextPageToken: z.string().optional(),
  });
  const zones: string[] = [];
  const path = `/compute/v1/projects/${project}/aggregated/machineTypes`;
  const query = { filter: `name = ${type}`, maxResults: 500, returnPartialSuccess: true };
  for await (const reply of http.pages({ method: 'GET', service: 'compute', path, query }, Aggregated)) {
    for (const [scope, { machineTypes = [] }] of Object.entries(reply.items)) {
      if (machineTypes.some(({ name }) => name === type)) zones.push(scope.replace('zones/', ''));
    }
  }
  return zones.sort();
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/images/getFromFamily — `undefined` when the family is empty. */
export function getImageFromFamily(http: GoogleHttp, project: string, family: string): Promise<Image | undefined> {
  const path = `/compute/v1/projects/${project}/global/images/family/${family}`;
  return orUndefined(http.call({ method: 'GET', service: 'compute', path }, Image));
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/images/get — `undefined` when there is none. */
export function getImage(http: GoogleHttp, project: string, name: string): Promise<Image | undefined> {
  const path = `/compute/v1/projects/${project}/global/images/${name}`;
  return orUndefined(http.call({ method: 'GET', service: 'compute', path }, Image));
}

/** Every image of `project` that is not obsolete. https://cloud.google.com/compute/docs/reference/rest/v1/images/list */
export async function listImages(http: GoogleHttp, project: string): Promise<Image[]> {
  const images: Image[] = [];
  const path = `/compute/v1/projects/${project}/global/images`;
  for await (const reply of http.pages(
    { method: 'GET', service: 'compute', path, query: { maxResults: 500 } },
    page(Image),
  )) {
    images.push(...reply.items.filter(({ deprecated }) => deprecated?.state === undefined));
  }
  return images;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/reservations/get — `undefined` when there is none. */
export function getReservation(
  http: GoogleHttp,
  project: string,
  zone: string,
  name: string,
): Promise<Reservation | undefined> {
  const path = `/compute/v1/projects/${project}/zones/${zone}/reservations/${name}`;
  return orUndefined(http.call({ method: 'GET', service: 'compute', path }, Reservation));
}

async function orUndefined<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (isGoogleError(error, 404)) return undefined;
    throw error;
  }
}
