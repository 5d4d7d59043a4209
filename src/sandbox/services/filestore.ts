import * as z from 'zod';

import { longRunningRoutes } from '../operation-routes.ts';
import type { LongRunningOperation } from '../operations.ts';
import { ApiError, defineService, publicPart } from '../service.ts';
import type { Request, Store, World } from '../service.ts';
import { formatAddress, overlap, parseRange } from './compute/cidr.ts';
import { openProject } from './compute/default-network.ts';
import { scopeExists } from './compute/zones.ts';
import { gated } from './gate.ts';
import { jsonBody, maskedFields } from './json-body.ts';
import type { Project } from './projects.ts';

const api = 'file.googleapis.com';
const kind = 'filestoreInstances';
const base = '/v1/projects/{project}/locations/{location}/instances';

// Smallest capacity in GB: https://cloud.google.com/filestore/docs/service-tiers
const smallest: Readonly<Record<string, number>> = {
  STANDARD: 1024,
  PREMIUM: 2560,
  BASIC_HDD: 1024,
  BASIC_SSD: 2560,
  HIGH_SCALE_SSD: 10_240,
  ENTERPRISE: 1024,
  ZONAL: 1024,
  REGIONAL: 1024,
};
const regionalTiers = new Set(['ENTERPRISE', 'REGIONAL']);

const Share = z.looseObject({ name: z.string().regex(/^[a-z]\w{0,15}$/i), capacityGb: z.coerce.number().int() });
const Network = z.looseObject({
  network: z.string(),
  modes: z.array(z.string()).default(['MODE_IPV4']),
  connectMode: z.string().default('DIRECT_PEERING'),
  reservedIpRange: z.string().optional(),
});
const Instance = z.looseObject({
  tier: z.string(),
  fileShares: z.array(Share).length(1),
  networks: z.array(Network).length(1),
  labels: z.record(z.string(), z.string()).optional(),
});

interface StoredInstance {
  name: string;
  state: 'CREATING' | 'READY' | 'DELETING' | 'REPAIRING';
  tier: string;
  networks: { network: string; reservedIpRange: string; ipAddresses: string[] }[];
  [field: string]: unknown;
}

/** NFS shares: https://cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.instances */
export const filestore = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: ['snapshots, backups, replication', 'capacity steps between the smallest and the largest'],
  routes: {
    ...longRunningRoutes(api),
    [`POST ${base}`]: gated({ api, permission: 'file.instances.create' }, create),
    [`GET ${base}`]: gated({ api, permission: 'file.instances.list' }, list),
    [`GET ${base}/{instance}`]: gated({ api, permission: 'file.instances.get' }, (request, project) =>
      publicPart(find(request, project)),
    ),
    [`PATCH ${base}/{instance}`]: gated({ api, permission: 'file.instances.update' }, update),
    [`DELETE ${base}/{instance}`]: gated({ api, permission: 'file.instances.delete' }, remove),
  },
  effects: { 'file.instances.ready': ready, 'file.instances.remove': finishRemoving },
  start: followOperations,
});

function create(request: Request, project: Project): object {
  const { store, params, query } = request;
  const location = params['location'] ?? '';
  const id = query['instanceId'] ?? '';
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(id)) throw invalid(`Invalid resource id '${id}'.`);
  const name = `projects/${project.projectId}/locations/${location}/instances/${id}`;
  if (store.get(kind, name)) throw new ApiError(409, 'alreadyExists', `Resource '${name}' already exists`);
  const body = jsonBody(Instance, request.body);
  checkTier(body, location);
  openProject(store, project, request.now);
  const [network] = body.networks;
  const networkName = network?.network.split('/').at(-1) ?? '';
  if (!store.get('networks', `projects/${project.projectId}/global/networks/${networkName}`)) {
    throw invalid(`network '${network?.network ?? ''}' does not exist.`);
  }
  const reservedIpRange = network?.reservedIpRange ?? freeRange(store, project);
  const instance: StoredInstance = {
    ...body,
    name,
    state: 'CREATING',
    createTime: new Date(request.now).toISOString(),
    protocol: body['protocol'] ?? 'NFS_V3',
    fileShares: body.fileShares.map((share) => ({ ...share, capacityGb: String(share.capacityGb) })),
    networks: body.networks.map((one) => ({ ...one, reservedIpRange, ipAddresses: [] })),
    etag: store.nextId(),
  };
  store.put(kind, name, instance);
  return operate(request, project, name, 'create', { name: 'file.instances.ready', args: { name } });
}

function list({ store, params }: Request, project: Project): object {
  const location = params['location'] ?? '';
  const prefix = `projects/${project.projectId}/locations/${location === '-' ? '' : `${location}/`}`;
  const instances = store.list<StoredInstance>(kind, prefix).map(publicPart);
  return instances.length > 0 ? { instances } : {};
}

function update(request: Request, project: Project): object {
  const old = find(request, project);
  const body = (request.body ?? {}) as Record<string, unknown>;
  const fields = maskedFields(request.query['updateMask'] ?? '');
  const changed: StoredInstance = { ...old, etag: request.store.nextId() };
  for (const field of fields) changed[field] = body[field];
  if (fields.includes('fileShares')) {
    const shares = jsonBody(z.looseObject({ fileShares: z.array(Share) }), body).fileShares;
    changed['fileShares'] = shares.map((share) => ({ ...share, capacityGb: String(share.capacityGb) }));
  }
  request.store.put(kind, old.name, changed);
  return operate(request, project, old.name, 'update', { name: 'file.instances.ready', args: { name: old.name } });
}

function remove(request: Request, project: Project): object {
  const instance = find(request, project);
  request.store.put(kind, instance.name, { ...instance, state: 'DELETING' });
  return operate(request, project, instance.name, 'delete', {
    name: 'file.instances.remove',
    args: { name: instance.name },
  });
}

function ready({ store }: World, { name }: { name: string }): object {
  const instance = store.get<StoredInstance>(kind, name);
  if (!instance) return {};
  const networks = instance.networks.map((network) => {
    // Of the reserved range the server has the third address: https://cloud.google.com/filestore/docs/creating-instances
    const first = parseRange(network.reservedIpRange)?.first ?? 0;
    return { ...network, ipAddresses: [formatAddress(first + 2)] };
  });
  const made = { ...instance, state: 'READY', networks };
  store.put(kind, name, made);
  return { '@type': 'type.googleapis.com/google.cloud.filestore.v1.Instance', ...made };
}

function finishRemoving({ store }: World, { name }: { name: string }): object {
  store.delete(kind, name);
  return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
}

// A share whose making failed has never been; one whose deletion failed is there as before.
function followOperations({ store }: World): () => void {
  return store.watch('longRunningOperations', (_key, value) => {
    const { error, metadata } = (value ?? {}) as Partial<LongRunningOperation>;
    const { target = '', verb } = (metadata ?? {}) as { target?: string; verb?: string };
    const instance = error && store.get<StoredInstance>(kind, target);
    if (!instance) return;
    if (verb === 'create') store.delete(kind, target);
    else store.put(kind, target, { ...instance, state: 'READY' });
  });
}

function find({ store, params }: Request, project: Project): StoredInstance {
  const name = `projects/${project.projectId}/locations/${params['location'] ?? ''}/instances/${params['instance'] ?? ''}`;
  const found = store.get<StoredInstance>(kind, name);
  if (!found) throw new ApiError(404, 'notFound', `Resource '${name}' was not found`);
  return found;
}

function operate(
  request: Request,
  project: Project,
  target: string,
  verb: string,
  effect: { name: string; args: object },
): object {
  return request.operations.longRunning({
    host: api,
    parent: `projects/${project.projectId}/locations/${request.params['location'] ?? ''}`,
    metadata: {
      '@type': 'type.googleapis.com/google.cloud.common.OperationMetadata',
      target,
      verb,
      cancelRequested: false,
      apiVersion: 'v1',
    },
    effect,
  });
}

function checkTier({ tier, fileShares }: z.output<typeof Instance>, location: string): void {
  const least = smallest[tier];
  if (least === undefined) throw invalid(`invalid tier '${tier}'.`);
  const scope = regionalTiers.has(tier) ? `regions/${location}` : `zones/${location}`;
  if (!scopeExists(scope)) throw invalid(`location '${location}' is not valid for tier ${tier}.`);
  const capacity = fileShares[0]?.capacityGb ?? 0;
  if (capacity < least) throw invalid(`capacity ${capacity} GiB is too small for tier ${tier}: at least ${least} GiB.`);
}

// Google reserves a /29 that collides with nothing it knows of; here from a corner that no automatic subnetwork uses.
function freeRange(store: Store, project: Project): string {
  const ranges = [
    ...store
      .list<{ ipCidrRange: string }>('subnetworks', `projects/${project.projectId}/`)
      .map((one) => one.ipCidrRange),
    ...store
      .list<StoredInstance>(kind, `projects/${project.projectId}/`)
      .flatMap(({ networks }) => networks.map((one) => one.reservedIpRange)),
  ].flatMap((text) => parseRange(text) ?? []);
  for (let first = (10 * 256 + 240) * 2 ** 16; ; first += 8) {
    const range = { first, last: first + 7 };
    if (!ranges.some((taken) => overlap(taken, range))) return `${formatAddress(first)}/29`;
  }
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'badRequest', message);
}
