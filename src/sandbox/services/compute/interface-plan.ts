import { publicAddress } from './addresses.ts';
import type { Site } from './call.ts';
import { fingerprint } from './fingerprint.ts';
import type { NetworkInterface } from './instance-properties.ts';
import { pathOf, pathOfLink, regionOf } from './path.ts';
import { invalidValue, notFound } from './refusals.ts';
import type { Resource } from './resource.ts';
import { freeAddresses } from './subnetwork-addresses.ts';

/** Gives one machine after the other its interfaces. */
export type InterfaceMaker = () => object[];

/** Checks the interfaces that machines of a zone are asked for with. Throws what Google answers where they cannot be. */
export function planInterfaces(site: Site, zone: string, interfaces: readonly NetworkInterface[]): InterfaceMaker {
  const region = regionOf(`zones/${zone}`);
  const allocators = new Map<string, () => string>();
  const makers = interfaces.map((one, index) => {
    const subnetwork = subnetworkOf(site, region, one, `resource.networkInterfaces[${index}]`);
    let next = allocators.get(subnetwork.selfLink);
    if (!next) allocators.set(subnetwork.selfLink, (next = freeAddresses(site.store, subnetwork)));
    const allocate = next;
    const fixed = {
      kind: 'compute#networkInterface',
      stackType: 'IPV4_ONLY',
      ...one,
      name: `nic${index}`,
      network: String(subnetwork['network']),
      subnetwork: subnetwork.selfLink,
    };
    return () => {
      // A machine has no IPv4 address on an interface that speaks IPv6 only.
      const networkIP = one.networkIP ?? (one['stackType'] === 'IPV6_ONLY' ? undefined : allocate());
      return {
        ...fixed,
        ...(networkIP === undefined ? {} : { networkIP }),
        fingerprint: fingerprint(networkIP),
        ...(one.accessConfigs ? { accessConfigs: one.accessConfigs.map((access) => accessConfig(site, access)) } : {}),
      };
    };
  });
  return () => makers.map((make) => make());
}

function subnetworkOf(site: Site, region: string, one: NetworkInterface, field: string): Resource {
  const place = { project: site.project.projectId, scope: `regions/${region}`, collection: 'subnetworks' };
  if (one.subnetwork !== undefined) {
    const path = pathOf(one.subnetwork, place);
    const found = site.store.get<Resource>('subnetworks', path);
    if (!found) throw notFound(path);
    if (!path.includes(`/regions/${region}/`)) {
      throw invalidValue(`${field}.subnetwork`, one.subnetwork, `The subnetwork must be in region '${region}'.`);
    }
    return found;
  }
  const networkPath = pathOf(one.network ?? 'default', { ...place, scope: 'global', collection: 'networks' });
  const network = site.store.get<Resource>('networks', networkPath);
  if (!network) throw notFound(networkPath);
  const inRegion = site.store
    .list<Resource>('subnetworks', `projects/${site.project.projectId}/regions/${region}/`)
    .find((subnetwork) => subnetwork['network'] === network.selfLink);
  const hasOwnSubnetworks = network['autoCreateSubnetworks'] === true || network['networkProfile'] !== undefined;
  if (inRegion && hasOwnSubnetworks) return inRegion;
  throw invalidValue(
    field,
    { network: pathOfLink(network.selfLink) },
    'Network interface must specify a subnet if the network resource is in custom subnet mode.',
  );
}

function accessConfig(
  site: Site,
  access: { name?: string | undefined; type?: string | undefined; natIP?: string | undefined },
): object {
  return {
    kind: 'compute#accessConfig',
    type: 'ONE_TO_ONE_NAT',
    networkTier: 'PREMIUM',
    ...access,
    name: access.name ?? 'external-nat',
    natIP: access.natIP ?? publicAddress(site.store.nextId()),
  };
}
