import type { DataSource, Resource } from './resource.ts';
import { computeFirewall } from './resources/compute-firewall.ts';
import { computeNetwork } from './resources/compute-network.ts';
import { computeSubnetwork } from './resources/compute-subnetwork.ts';

/** Every resource type that the embedded provider serves, by its name. */
export const resources = byType<Resource>([computeNetwork, computeSubnetwork, computeFirewall]);

/** Every data source that it serves, by its name. */
export const dataSources = byType<DataSource>([]);

function byType<T extends { type: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((item) => [item.type, item]));
}
