import { estimateCosts } from '../costs/estimate.ts';
import { foundMaterials } from '../costs/found-materials.ts';
import type { PriceLookup } from '../costs/live-prices.ts';
import type { Materials } from '../costs/materials.ts';
import { openPriceBook } from '../costs/price-book.ts';
import { labels, marker } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { MachineState } from '../deployment/machine-state.ts';
import { listDisks } from '../google/compute-disks.ts';
import { getMetadata, lastPart, listInstances } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { listNetworks, listRouters, listSubnetworks } from '../google/compute-networks.ts';
import type { Network, Subnetwork } from '../google/compute-networks.ts';
import { listShares } from '../google/filestore.ts';
import type { Share } from '../google/filestore.ts';
import { orNothing } from '../google/or-nothing.ts';
import type { ClusterDescription, DescribedMachine, DescribedNetwork, DescribedShare } from '../report/description.ts';
import { consoleLinks } from './console-links.ts';
import { nextCommand } from './next-command.ts';
import { pricePatience } from './price-lookup.ts';
import type { Session } from './session.ts';

/** What only the action knows that describes the cluster. */
interface Told {
  of: ClusterDescription['of'];
  deployment: Deployment & { zone: string };
  wanted: number;
  /** What the machines say of themselves, where they were asked. */
  said: readonly MachineState[];
  prices: PriceLookup;
  /** What was ordered, to be priced instead of what is there already. */
  planned?: Materials;
  /** The end that the options set, for machines that say nothing of theirs; milliseconds since 1970. */
  until?: number | undefined;
}

/** What is there, and the part of its description that Google alone can tell. */
export interface DescribedCluster {
  instances: readonly Instance[];
  description: Omit<ClusterDescription, 'headline' | 'facts' | 'remarks'>;
}

/**
 * Describes the cluster as it is at Google now, whatever options it was made with. Prices, networks and shares that we
 * may not look at are left out: a report must not fail a run that has made its cluster.
 */
export async function describeCluster({ run, http }: Session, told: Told): Promise<DescribedCluster> {
  const { deployment, said, prices } = told;
  const { project, region, zone } = deployment;
  const ours = `labels.${labels.id}=${deployment.uuid}`;
  const [instances, disks, allShares, networks, subnetworks, routers, live] = await Promise.all([
    listInstances(http, project, ours),
    orNothing(listDisks(http, project, ours)),
    orNothing(listShares(http, project)),
    orNothing(listNetworks(http, project)),
    orNothing(listSubnetworks(http, project, region)),
    orNothing(listRouters(http, project, region)),
    prices.within(pricePatience, region),
  ]);
  const [first] = instances;
  const metadata = first ? await metadataOf(http, project, first) : new Map<string, string>();
  const shares = allShares.filter((share) => share.labels[labels.id] === deployment.uuid);
  const own = networks.filter(({ description }) => description === marker(deployment));
  const nat = routers.some(
    ({ network, nats }) => nats.length > 0 && own.some((one) => sameLink(one.selfLink, network)),
  );
  const external = instances.some((instance) => addressesOf(instance).external !== '');
  const now = run.clock.now();
  const until = endOf(instances) ?? told.until;
  const materials = told.planned ?? foundMaterials({ region, instances, disks, shares, nat }, now);
  return {
    instances,
    description: {
      of: told.of,
      deployment: { prefix: deployment.prefix, uuid: deployment.uuid, project, zone, region },
      at: now,
      machines: instances.map((instance) => describeMachine(instance, said)),
      wanted: told.wanted,
      networks: describeNetworks(first, networks, subnetworks),
      wayIn: external ? 'external addresses' : 'IAP',
      wayOut: external ? 'external addresses' : nat ? 'Cloud NAT' : 'none of ours',
      shares: describeShares(metadata.get('cp-nfs-mounts'), shares),
      mounts: mountLines(metadata.get('cp-gcs-mounts')).map(([bucket = '', path = '']) => ({ bucket, path })),
      commands: { status: nextCommand(run, 'status'), destroy: nextCommand(run, 'destroy') },
      links: consoleLinks(deployment),
      costs: estimateCosts(materials, openPriceBook(region, live), until && Math.max(0, (until - now) / 1000)),
      until,
    },
  };
}

async function metadataOf(http: Session['http'], project: string, machine: Instance): Promise<Map<string, string>> {
  const read = getMetadata(http, project, lastPart(machine.zone), machine.name).then(({ items }) => items);
  return new Map((await orNothing(read)).map(({ key, value }) => [key, value]));
}

function describeMachine(instance: Instance, said: readonly MachineState[]): DescribedMachine {
  const { name, zone, status, machineType, networkInterfaces } = instance;
  const own = said.find((machine) => machine.name === name);
  return {
    name,
    zone: lastPart(zone),
    status,
    type: lastPart(machineType),
    ...(own ? { state: own.state } : {}),
    duty: own?.duty ?? '',
    duties: own?.duties ?? {},
    ...addressesOf(instance),
    interfaces: networkInterfaces.map(({ network = '', subnetwork = '', networkIP, ipv6Address }) => ({
      network: lastPart(network),
      subnetwork: lastPart(subnetwork),
      address: networkIP ?? ipv6Address ?? '',
    })),
  };
}

function addressesOf({ networkInterfaces: [nic] }: Instance): { internal: string; external: string } {
  return { internal: nic?.networkIP ?? '', external: nic?.accessConfigs[0]?.natIP ?? '' };
}

/** The networks in which the interfaces of `machine` lie; those of the others are the same, for one template made them. */
function describeNetworks(
  machine: Instance | undefined,
  networks: readonly Network[],
  subnetworks: readonly Subnetwork[],
): DescribedNetwork[] {
  const interfaces = (machine?.networkInterfaces ?? []).map((nic, index) => ({ ...nic, index }));
  return [...Map.groupBy(interfaces, ({ network = '' }) => network)].map(([link, inside]) => {
    const network = networks.find(({ selfLink }) => sameLink(selfLink, link));
    return {
      name: lastPart(link),
      mtu: network?.mtu,
      rdma: inside.some(({ nicType }) => nicType === 'MRDMA'),
      subnetworks: [...Map.groupBy(inside, ({ subnetwork = '' }) => subnetwork)].map(([subnet, nics]) => {
        const found = subnetworks.find(({ selfLink }) => sameLink(selfLink, subnet));
        return {
          name: lastPart(subnet),
          range: found?.ipCidrRange || found?.internalIpv6Prefix || found?.ipv6CidrRange || '',
          interfaces: nics.map(({ index }) => index),
        };
      }),
    };
  });
}

/** What machines mount, from the lines `server:/share<TAB>path` of their metadata, and what is known of our own shares. */
function describeShares(mounts: string | undefined, shares: readonly Share[]): DescribedShare[] {
  return mountLines(mounts).map(([source = '', path = '']) => {
    const server = source.split(':')[0] ?? '';
    const own = shares.find(({ networks }) => networks.some(({ ipAddresses }) => ipAddresses.includes(server)));
    if (!own) return { source, path };
    const sizeGb = own.fileShares.reduce((sum, { capacityGb }) => sum + capacityGb, 0);
    return { source, path, tier: own.tier, sizeGb };
  });
}

function mountLines(lines: string | undefined): string[][] {
  return (lines ?? '')
    .split('\n')
    .filter((line) => line.includes('\t'))
    .map((line) => line.split('\t'));
}

/** When the last of the machines is deleted by Google; undefined = some of them have no end. */
function endOf(instances: readonly Instance[]): number | undefined {
  const ends = instances.map(({ resourceStatus, scheduling }) =>
    Date.parse(resourceStatus?.scheduling?.terminationTimestamp ?? scheduling?.terminationTime ?? ''),
  );
  return ends.length === 0 || ends.some(Number.isNaN) ? undefined : Math.max(...ends);
}

/** Google writes one link with several hosts and versions. */
function sameLink(one: string, other: string): boolean {
  const path = (link: string): string => link.slice(link.indexOf('projects/'));
  return path(one) === path(other);
}
