import { defineService } from '../../service.ts';
import type { Effect, Handler, World } from '../../service.ts';
import { addresses, globalAddresses } from './addresses.ts';
import type { Part } from './collection.ts';
import { firewalls } from './firewalls.ts';
import { networkProfiles } from './network-profiles.ts';
import { networks } from './networks.ts';
import { pathOfLink } from './path.ts';
import { refuse } from './quota.ts';
import type { Resource } from './resource.ts';
import { routers } from './routers.ts';
import { routes } from './routes.ts';
import { subnetworks } from './subnetworks.ts';

const parts: readonly Part[] = [
  networks,
  subnetworks,
  firewalls,
  routers,
  routes,
  addresses,
  globalAddresses,
  networkProfiles,
];

/** Compute Engine: https://cloud.google.com/compute/docs/reference/rest/v1 */
export const compute = defineService({
  host: 'compute.googleapis.com',
  mount: '',
  notModelled: [
    'traffic: networks, firewall rules, routes and NAT are kept and checked, but carry no packets',
    'regional instance groups, autoscalers, load balancers, VPN, peering, shared VPC hosts',
    'snapshots, images of our own, customer-managed keys, confidential machines, sole-tenant nodes',
    'partial answers (`fields`) and sorting (`orderBy`) of lists',
  ],
  routes: merge<Handler>(parts.map((part) => part.routes)),
  effects: { ...merge<Effect>(parts.map((part) => part.effects ?? {})), 'compute.refuse': refuse },
  start: undoFailedInsertions,
});

// An insertion shows its resource at once; when the operation ends in an error, the resource has never been.
function undoFailedInsertions(world: World): () => void {
  const undo = merge(parts.map((part) => part.undo ?? {}));
  return world.store.watch('operations', (_key, value) => {
    const operation = value as EndedOperation | undefined;
    if (operation?.operationType !== 'insert' || operation.status !== 'DONE' || !operation.error) return;
    const path = pathOfLink(operation.targetLink);
    const collection = path.split('/').at(-2) ?? '';
    if (world.store.get<Resource>(collection, path)?._making === operation.name) undo[collection]?.(world, path);
  });
}

interface EndedOperation {
  name: string;
  operationType: string;
  targetLink: string;
  status: string;
  error?: object;
}

function merge<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign({}, ...records) as Record<string, T>;
}
