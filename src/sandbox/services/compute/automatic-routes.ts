import { createHash } from 'node:crypto';

import type { Site } from './call.ts';
import { selfLink } from './path.ts';
import type { Resource } from './resource.ts';
import { timestamp } from './time.ts';

/** The way to the internet that Google gives to every new network but those of RDMA. */
export function addDefaultRoute(site: Site, network: Resource): void {
  if (network['networkProfile'] !== undefined) return;
  const projectPath = `projects/${site.project.projectId}/global`;
  putAutomatic(site, network, '0.0.0.0/0', {
    description: 'Default route to the Internet.',
    priority: 1000,
    nextHopGateway: selfLink(`${projectPath}/gateways/default-internet-gateway`),
  });
}

/** The way to a subnetwork's own range, which every network has for each of its subnetworks. */
export function addSubnetworkRoute(site: Site, network: Resource, range: string): void {
  putAutomatic(site, network, range, {
    description: `Default local route to the subnetwork ${range}.`,
    priority: 0,
    nextHopNetwork: network.selfLink,
  });
}

/** Takes away the way to a subnetwork that is gone. */
export function removeSubnetworkRoute(
  store: Site['store'],
  networkLink: string,
  projectId: string,
  range: string,
): void {
  store.delete('routes', `projects/${projectId}/global/routes/${automaticName(networkLink, range)}`);
}

function putAutomatic(site: Site, network: Resource, range: string, fields: object): void {
  const name = automaticName(network.selfLink, range);
  const path = `projects/${site.project.projectId}/global/routes/${name}`;
  site.store.put('routes', path, {
    kind: 'compute#route',
    id: site.store.nextId(),
    creationTimestamp: timestamp(site.now),
    name,
    network: network.selfLink,
    destRange: range,
    ...fields,
    selfLink: selfLink(path),
    _automatic: true,
  });
}

function automaticName(networkLink: string, range: string): string {
  const hash = createHash('sha256').update(`${networkLink} ${range}`).digest('hex').slice(0, 16);
  return `default-route-${range === '0.0.0.0/0' ? '' : 'r-'}${hash}`;
}
