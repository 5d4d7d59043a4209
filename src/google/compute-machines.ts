import * as z from 'zod';

import { zonesWithRoom } from '../core/refusals.ts';
import { isGoogleError } from './http.ts';
import type { GoogleHttp } from './http.ts';

// https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation: what the reason is, and which zones have room.
const ErrorDetail = z.object({
  errorInfo: z
    .object({ reason: z.string().default(''), metadatas: z.record(z.string(), z.string()).default({}) })
    .optional(),
  localizedMessage: z.object({ message: z.string().default('') }).optional(),
});
const AttemptError = z.object({
  code: z.string().default(''),
  message: z.string().default(''),
  errorDetails: z.array(ErrorDetail).default([]),
});
const GroupError = z.object({
  error: z.object({ code: z.string().default(''), message: z.string().default('') }).optional(),
  instanceActionDetails: z.object({ instance: z.string().optional() }).optional(),
  timestamp: z.string().optional(),
});
const ManagedInstance = z.object({
  instance: z.string(),
  name: z.string().optional(),
  instanceStatus: z.string().default(''),
  currentAction: z.string().default('NONE'),
  lastAttempt: z
    .object({
      errors: z.object({ errors: z.array(AttemptError).default([]) }).optional(),
    })
    .optional(),
});
const Group = z.object({
  name: z.string(),
  zone: z.string(),
  targetSize: z.number(),
  status: z.object({ isStable: z.boolean().default(false) }).default({ isStable: false }),
});
const AccessConfig = z.object({ natIP: z.string().optional() });
const Interface = z.object({
  networkIP: z.string().optional(),
  network: z.string().optional(),
  subnetwork: z.string().optional(),
  nicType: z.string().optional(),
  ipv6Address: z.string().optional(),
  accessConfigs: z.array(AccessConfig).default([]),
});
const Instance = z.object({
  name: z.string(),
  id: z.string().optional(),
  zone: z.string(),
  status: z.string(),
  statusMessage: z.string().optional(),
  selfLink: z.string().optional(),
  machineType: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  networkInterfaces: z.array(Interface).default([]),
  creationTimestamp: z.string().optional(),
  scheduling: z
    .object({
      terminationTime: z.string().optional(),
      provisioningModel: z.string().optional(),
      preemptible: z.boolean().optional(),
    })
    .optional(),
  guestAccelerators: z
    .array(z.object({ acceleratorType: z.string().default(''), acceleratorCount: z.number().default(0) }))
    .default([]),
  /** Sizes are in GB, as Google writes large numbers: as a text. */
  disks: z.array(z.object({ type: z.string().default(''), diskSizeGb: z.coerce.number().default(0) })).default([]),
  resourceStatus: z
    .object({ scheduling: z.object({ terminationTimestamp: z.string().optional() }).optional() })
    .optional(),
  lastStopTimestamp: z.string().optional(),
  serviceAccounts: z.array(z.object({ email: z.string() })).optional(),
});
const Metadata = z.object({
  fingerprint: z.string().optional(),
  items: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
});
// Made once: a thousand machines are asked.
const GuestAttributes = z.object({
  queryValue: z
    .object({ items: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]) })
    .default({ items: [] }),
});

export type Group = z.output<typeof Group>;
export type ManagedInstance = z.output<typeof ManagedInstance>;
export type Instance = z.output<typeof Instance>;

/** One refusal that a group met when it tried to make a machine. */
export interface GroupFailure {
  code: string;
  /** `reason` of the errorInfo; '' = there is none. */
  reason: string;
  /** With what Google adds for people. */
  message: string;
  /** Zones that Google says have room. */
  zonesAvailable: string[];
  /** The machine's name, where Google names it. */
  machine: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/get — `undefined` when there is none. */
export async function getGroup(
  http: GoogleHttp,
  project: string,
  zone: string,
  name: string,
): Promise<Group | undefined> {
  try {
    return await http.call({ method: 'GET', service: 'compute', path: groupPath(project, zone, name) }, Group);
  } catch (error) {
    if (isGoogleError(error, 404)) return undefined;
    throw error;
  }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/listManagedInstances */
export async function listManagedInstances(
  http: GoogleHttp,
  project: string,
  zone: string,
  group: string,
): Promise<ManagedInstance[]> {
  const reply = z.object({
    managedInstances: z.array(ManagedInstance).default([]),
    nextPageToken: z.string().optional(),
  });
  const machines: ManagedInstance[] = [];
  const path = `${groupPath(project, zone, group)}/listManagedInstances`;
  for await (const one of http.pages({ method: 'POST', service: 'compute', path, query: { maxResults: 500 } }, reply)) {
    machines.push(...one.managedInstances);
  }
  return machines;
}

/** What the group could not do, newest first. https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/listErrors */
export async function listGroupErrors(
  http: GoogleHttp,
  project: string,
  zone: string,
  group: string,
): Promise<GroupFailure[]> {
  const path = `${groupPath(project, zone, group)}/listErrors`;
  const reply = z.object({ items: z.array(GroupError).default([]) });
  const { items } = await http.call({ method: 'GET', service: 'compute', path, query: { maxResults: 100 } }, reply);
  return items.map(({ error, instanceActionDetails }) =>
    groupFailure(AttemptError.parse(error ?? {}), lastPart(instanceActionDetails?.instance ?? '')),
  );
}

/** Why the group could not make this machine, as its last attempt says it; empty where it could. */
export function failuresOf({ instance, instanceStatus, lastAttempt }: ManagedInstance): GroupFailure[] {
  if (instanceStatus === 'RUNNING') return [];
  return (lastAttempt?.errors?.errors ?? []).map((error) => groupFailure(error, lastPart(instance)));
}

function groupFailure({ code, message, errorDetails }: z.output<typeof AttemptError>, machine: string): GroupFailure {
  const info = errorDetails.find(({ errorInfo }) => errorInfo)?.errorInfo;
  const told = errorDetails.find(({ localizedMessage }) => localizedMessage)?.localizedMessage?.message;
  const text = told === undefined ? message : `${message}\n${told}`;
  const named = info?.metadatas['zonesAvailable']?.split(/[,\s]+/).filter((zone) => zone !== '') ?? [];
  return {
    code,
    reason: info?.reason ?? '',
    message: text,
    zonesAvailable: named.length > 0 ? named : zonesWithRoom(text),
    machine,
  };
}

/**
 * Machines of the project that match `filter`. Only the fields that we read are asked for: with the whole start-up
 * script of each, 1,000 machines would be 60 MB.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList
 */
export async function listInstances(http: GoogleHttp, project: string, filter: string): Promise<Instance[]> {
  const reply = z.object({
    items: z.record(z.string(), z.object({ instances: z.array(Instance).optional() })).default({}),
    nextPageToken: z.string().optional(),
  });
  const machines: Instance[] = [];
  const path = `/compute/v1/projects/${project}/aggregated/instances`;
  const query = {
    filter,
    maxResults: 500,
    returnPartialSuccess: true,
    // https://cloud.google.com/compute/docs/api/how-tos/performance#partial-response
    fields: `items/*/instances(${Object.keys(Instance.shape).join(',')}),nextPageToken`,
  };
  for await (const one of http.pages({ method: 'GET', service: 'compute', path, query }, reply)) {
    for (const scope of Object.values(one.items)) machines.push(...(scope.instances ?? []));
  }
  return machines.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Guest attributes of one machine below `namespace/`, by key; empty when it has written none yet.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/getGuestAttributes
 */
export async function getGuestAttributes(
  http: GoogleHttp,
  project: string,
  zone: string,
  machine: string,
  namespace: string,
): Promise<Record<string, string>> {
  const path = `/compute/v1/projects/${project}/zones/${zone}/instances/${machine}/getGuestAttributes`;
  try {
    const { queryValue } = await http.call(
      { method: 'GET', service: 'compute', path, query: { queryPath: `${namespace}/` } },
      GuestAttributes,
    );
    return Object.fromEntries(queryValue.items.map(({ key, value }) => [key, value]));
  } catch (error) {
    if (isGoogleError(error, 404)) return {};
    throw error;
  }
}

/** The last part of a Google URL or name: `…/zones/us-central1-a` → `us-central1-a`. */
export function lastPart(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function groupPath(project: string, zone: string, name: string): string {
  return `/compute/v1/projects/${project}/zones/${zone}/instanceGroupManagers/${name}`;
}

/** Metadata of one machine. https://cloud.google.com/compute/docs/reference/rest/v1/instances/get */
export async function getMetadata(
  http: GoogleHttp,
  project: string,
  zone: string,
  name: string,
): Promise<z.output<typeof Metadata>> {
  const path = `/compute/v1/projects/${project}/zones/${zone}/instances/${name}`;
  const reply = z.object({ metadata: Metadata.default({ items: [] }) });
  const { metadata } = await http.call(
    { method: 'GET', service: 'compute', path, query: { fields: 'metadata' } },
    reply,
  );
  return metadata;
}

/**
 * Sets metadata keys of a running machine and leaves the others; a change that somebody else made in between is not
 * overwritten: it is read again. https://cloud.google.com/compute/docs/reference/rest/v1/instances/setMetadata
 */
export async function setMetadata(
  http: GoogleHttp,
  project: string,
  zone: string,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { fingerprint, items: before } = await getMetadata(http, project, zone, name);
    const kept = before.filter(({ key }) => !(key in values));
    const items = [...kept, ...Object.entries(values).map(([key, value]) => ({ key, value }))];
    const path = `/compute/v1/projects/${project}/zones/${zone}/instances/${name}/setMetadata`;
    try {
      await http.call({ method: 'POST', service: 'compute', path, body: { fingerprint, items } }, z.unknown());
      return;
    } catch (error) {
      if (!isGoogleError(error, 412) || attempt >= 3) throw error;
    }
  }
}
