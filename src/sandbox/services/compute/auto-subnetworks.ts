import type { Site } from './call.ts';
import { selfLink } from './path.ts';
import type { Resource } from './resource.ts';
import { addSubnetworkRoute } from './automatic-routes.ts';
import { subnetworkDefaults } from './subnetwork-fields.ts';
import { timestamp } from './time.ts';
import { autoRange, regionNames } from './zones.ts';

/** Gives a network in auto mode its subnetwork in every region. */
export function autoSubnetworks(site: Site, network: Resource): void {
  for (const region of regionNames) {
    const parent = `projects/${site.project.projectId}/regions/${region}`;
    const path = `${parent}/subnetworks/${network.name}`;
    const ipCidrRange = autoRange(region);
    site.store.put('subnetworks', path, {
      kind: 'compute#subnetwork',
      id: site.store.nextId(),
      creationTimestamp: timestamp(site.now),
      name: network.name,
      network: network.selfLink,
      ipCidrRange,
      region: selfLink(parent),
      selfLink: selfLink(path),
      ...subnetworkDefaults(ipCidrRange),
    });
    addSubnetworkRoute(site, network, ipCidrRange);
  }
}
