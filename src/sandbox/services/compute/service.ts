import { defineService } from '../../service.ts';
import type { Effect, Handler } from '../../service.ts';
import { addresses, globalAddresses } from './addresses.ts';
import type { Part, Undo } from './collection.ts';
import { disks } from './disks.ts';
import { firewalls } from './firewalls.ts';
import { images } from './images.ts';
import { instanceGroupManagers } from './instance-group-managers.ts';
import { instanceGroups } from './instance-groups.ts';
import { instanceTemplates, regionInstanceTemplates } from './instance-templates.ts';
import { instances } from './instances.ts';
import { locations } from './locations.ts';
import { acceleratorTypes, diskTypes, machineTypes } from './machine-types.ts';
import { networkProfiles } from './network-profiles.ts';
import { networks } from './networks.ts';
import { followOperations } from './follow-operations.ts';
import { project } from './project.ts';
import { refuse } from './quota.ts';
import { reservations } from './reservations.ts';
import { resourcePolicies } from './resource-policies.ts';
import { routers } from './routers.ts';
import { routes } from './routes.ts';
import { subnetworks } from './subnetworks.ts';

const parts: readonly Part[] = [
  project,
  locations,
  machineTypes,
  acceleratorTypes,
  diskTypes,
  images,
  networks,
  subnetworks,
  firewalls,
  routers,
  routes,
  addresses,
  globalAddresses,
  networkProfiles,
  resourcePolicies,
  reservations,
  disks,
  instanceTemplates,
  regionInstanceTemplates,
  instances,
  instanceGroups,
  instanceGroupManagers,
];

/** Compute Engine: https://cloud.google.com/compute/docs/reference/rest/v1 */
export const compute = defineService({
  host: 'compute.googleapis.com',
  mount: '',
  notModelled: [
    'traffic: networks, firewall rules, routes and NAT are kept and checked, but carry no packets',
    'IPv6 addresses of machines',
    'regional and unmanaged instance groups, per-instance configs (their list is empty), autoscalers, load balancers, VPN, peering, shared VPC hosts',
    'machines made in bulk or from a source template; another type or other disks for a machine that is there',
    'snapshots, images of our own, customer-managed keys, confidential machines, sole-tenant nodes',
    'sorting (`orderBy`) of lists; refusing a name in `fields` that no answer has',
  ],
  routes: merge<Handler>(parts.map((part) => part.routes)),
  effects: { ...merge<Effect>(parts.map((part) => part.effects ?? {})), 'compute.refuse': refuse },
  start: (world) => followOperations(world, merge<Undo>(parts.map((part) => part.undo ?? {}))),
});

function merge<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign({}, ...records) as Record<string, T>;
}
