import type { Site } from './call.ts';
import { selfLink } from './path.ts';
import type { Resource } from './resource.ts';
import { addSubnetworkRoute } from './automatic-routes.ts';
import { subnetworkDefaults } from './subnetwork-fields.ts';
import { timestamp } from './time.ts';
import { autoRange, regionNames } from './zones.ts';

/** Gives a network in auto mode its subnetwork in every region. */
export function autoSubnetworks(site: Site, network: Resource): void {
  for (const region of regionNames) addSubnetwork(site, network, region, network.name, autoRange(region));
}

/** Gives a network for RDMA on bare metal the one subnetwork that Google makes for it. */
export function rdmaSubnetwork(site: Site, network: Resource, region: string): void {
  addSubnetwork(site, network, region, `default-subnet-1-${network.name}`, '10.0.0.0/8');
}

function addSubnetwork(site: Site, network: Resource, region: string, name: string, ipCidrRange: string): void {
  const parent = `projects/${site.project.projectId}/regions/${region}`;
  const path = `${parent}/subnetworks/${name}`;
  site.store.put('subnetworks', path, {
    kind: 'compute#subnetwork',
    id: site.store.nextId(),
    creationTimestamp: timestamp(site.now),
    name,
    network: network.selfLink,
    ipCidrRange,
    region: selfLink(parent),
    selfLink: selfLink(path),
    ...subnetworkDefaults(ipCidrRange),
  });
  addSubnetworkRoute(site, network, ipCidrRange);
}
