import * as z from 'zod';

import type { World } from '../../service.ts';
import { autoSubnetworks, rdmaSubnetwork } from './auto-subnetworks.ts';
import { collection } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import type { Part } from './collection.ts';
import { ulaRange } from './ipv6.ts';
import { networkProfileExists, regionOfOwnSubnetwork } from './network-profiles.ts';
import { notFound, invalidValue } from './refusals.ts';
import { addDefaultRoute } from './automatic-routes.ts';
import { link, pathsWhere, ResourceName } from './resource.ts';
import type { Resource } from './resource.ts';
import { pathOfLink, selfLink } from './path.ts';

const Network = z.looseObject({
  name: ResourceName,
  autoCreateSubnetworks: z.boolean().optional(),
  mtu: z.number().int().min(1300, 'Must be at least 1300.').max(8896, 'Must be at most 8896.').optional(),
  routingConfig: z.looseObject({ routingMode: z.enum(['REGIONAL', 'GLOBAL']).default('REGIONAL') }).prefault({}),
  networkFirewallPolicyEnforcementOrder: z.string().default('AFTER_CLASSIC_FIREWALL'),
  networkProfile: z.string().optional(),
  enableUlaInternalIpv6: z.boolean().optional(),
  internalIpv6Range: z.string().optional(),
  IPv4Range: z.never('Legacy networks are not supported.').optional(),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks */
export const networks: Part = collection({
  collection: 'networks',
  kind: 'compute#network',
  noun: 'network',
  scope: 'global',
  quota: 'NETWORKS',
  body: Network,
  make(body, call, path) {
    const routingConfig = { bgpBestPathSelectionMode: 'LEGACY', ...body.routingConfig };
    const { autoCreateSubnetworks = body.networkProfile === undefined, mtu } = body;
    if (body.networkProfile === undefined) {
      const ipv6 = body.enableUlaInternalIpv6 ? { internalIpv6Range: body.internalIpv6Range ?? ulaRange(path) } : {};
      return { autoCreateSubnetworks, routingConfig, mtu: mtu ?? 1460, ...ipv6 };
    }
    if (autoCreateSubnetworks) {
      const why = 'Networks with a network profile must be in custom mode.';
      throw invalidValue('resource.autoCreateSubnetworks', true, why);
    }
    const networkProfile = link(call, 'networkProfiles', body.networkProfile);
    if (!networkProfileExists(networkProfile)) throw notFound(pathOfLink(networkProfile));
    // https://cloud.google.com/vpc/docs/rdma-network-profiles: jumbo frames unless something else is said.
    return { autoCreateSubnetworks, routingConfig, networkProfile, mtu: mtu ?? 8896 };
  },
  made(call, network) {
    addDefaultRoute(call, network);
    if (network['autoCreateSubnetworks'] === true) autoSubnetworks(call, network);
    const region = ownRegion(network);
    if (region !== undefined) rdmaSubnetwork(call, network, region);
  },
  show: (network, { store }) => ({ selfLinkWithId: withId(network), ...subnetworkLinks(store, network) }),
  patch: (old, body) => mergePatch(old, { ...body, fingerprint: undefined }) as object,
  users: networkUsers,
  removing(world, path, network) {
    const foreign = world.faults.foreignFirewall(network.name);
    if (foreign) addForeignFirewall(world, path, foreign.name);
  },
  removed({ store }, path, network) {
    for (const collectionName of ['subnetworks', 'routes']) {
      for (const owned of pathsWhere(store, collectionName, path, (one) => one['network'] === network.selfLink)) {
        store.delete(collectionName, owned);
      }
    }
  },
});

function ownRegion(network: Resource): string | undefined {
  return regionOfOwnSubnetwork(String(network['networkProfile'] ?? ''));
}

function* networkUsers({ store }: Pick<World, 'store'>, path: string, network: Resource): Iterable<string> {
  const inNetwork = (one: Resource): boolean => one['network'] === network.selfLink;
  yield* pathsWhere(store, 'firewalls', path, inNetwork);
  yield* pathsWhere(store, 'routers', path, inNetwork);
  yield* pathsWhere(store, 'instances', path, (one) => usesNetwork(one, network.selfLink));
  // The subnetworks of a network in auto mode and its own routes go with it.
  const hasOwn = network['autoCreateSubnetworks'] === true || ownRegion(network) !== undefined;
  if (!hasOwn) yield* pathsWhere(store, 'subnetworks', path, inNetwork);
  yield* pathsWhere(store, 'routes', path, (one) => inNetwork(one) && one['_automatic'] !== true);
  yield* pathsWhere(store, 'addresses', path, inNetwork);
  yield* sharePeerings(store, path);
}

// A Filestore instance reaches its network by a peering that Google makes and takes away with it.
function* sharePeerings({ entries }: World['store'], path: string): Iterable<string> {
  const [, project = '', , , network = ''] = path.split('/');
  for (const [key, { networks: peers }] of entries<Share>('filestoreInstances', `projects/${project}/`)) {
    const isPeer = peers.some((one) => one.network === network || one.network.endsWith(`/networks/${network}`));
    if (isPeer) yield `${path}/networkPeerings/filestore-peer-${key.split('/').at(-1)}`;
  }
}

interface Share {
  networks: { network: string }[];
}

function usesNetwork(instance: Resource, network: string): boolean {
  const interfaces = (instance['networkInterfaces'] ?? []) as { network?: string }[];
  return interfaces.some((one) => one.network === network);
}

function subnetworkLinks(store: World['store'], network: Resource): { subnetworks?: string[] } {
  const paths = [
    ...pathsWhere(store, 'subnetworks', pathOfLink(network.selfLink), (one) => one['network'] === network.selfLink),
  ];
  return paths.length > 0 ? { subnetworks: paths.map(selfLink) } : {};
}

function withId(network: Resource): string {
  return network.selfLink.replace(/[^/]+$/, network.id);
}

// What Google Kubernetes Engine and some organisations' automation do: a rule appears in a network that is going away.
function addForeignFirewall({ store, clock }: World, networkPath: string, name: string): void {
  const path = networkPath.replace(/networks\/[^/]+$/, `firewalls/${name}`);
  store.put('firewalls', path, {
    kind: 'compute#firewall',
    id: store.nextId(),
    creationTimestamp: new Date(clock.now()).toISOString(),
    name,
    network: selfLink(networkPath),
    priority: 1000,
    sourceRanges: ['0.0.0.0/0'],
    allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
    direction: 'INGRESS',
    disabled: false,
    logConfig: { enable: false },
    selfLink: selfLink(path),
  });
}
