import type { ComputeInstanceTemplateNetworkInterface } from '@cdktf/provider-google/lib/compute-instance-template/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';

import type { Nic } from '../../src/catalog/network-profiles.ts';
import { subnetRange } from './address-plan.ts';
import type { Cluster } from './cluster.ts';
import { planNetworks } from './network-plan.ts';
import type { PlannedNetwork } from './network-plan.ts';
import { numbered } from './numbered.ts';

/** A network made by this cluster. */
interface OwnNetwork {
  plan: PlannedNetwork;
  network: ComputeNetwork;
  subnets: ComputeSubnetwork[];
}

/** What the other parts need of the networks. */
export interface Networks {
  own: OwnNetwork[];
  /** Name of the network of the machines' first interface. */
  primary: string;
  /** The interfaces of every machine, for the instance template. */
  interfaces: ComputeInstanceTemplateNetworkInterface[];
}

/** Adds the networks and subnetworks of the cluster; with default_network it only points at the project's own. */
export function addNetworks(cluster: Cluster): Networks {
  const { options } = cluster.input;
  const plans = planNetworks(cluster.input);
  const zonal = plans.some(({ rdmaProfile }) => rdmaProfile) ? `-${zoneSuffix(cluster)}` : '';
  const own = plans.map((plan) => addNetwork(cluster, plan, plan.rdmaProfile ? zonal : ''));
  const [first] = own;
  const interfaces = first
    ? own.flatMap((made) => made.plan.nics.map((nic, place) => networkInterface(cluster, made, nic, place)))
    : [{ network: 'default', nicType: gvnic(cluster) }];
  // One external address at most, on the first interface.
  const [outside, ...inside] = interfaces;
  return {
    own,
    primary: first ? first.network.name : 'default',
    interfaces: [{ ...outside, accessConfig: options.publicIp ? [{ networkTier: 'PREMIUM' }] : undefined }, ...inside],
  };
}

/**
 * Names of what lies in one zone end in that zone's letter. When the next zone is tried after a stock-out, Terraform
 * makes the new network before it deletes the old one (create_before_destroy of the template is handed down to all that
 * the template refers to), so the two must not have one name.
 */
function zoneSuffix({ input, variables }: Cluster): string {
  const letter = input.deployment.zone.split('-').at(-1) ?? '';
  return variables.text('zone_suffix', letter, 'Ends the names of networks that exist in one zone only.');
}

function addNetwork(cluster: Cluster, plan: PlannedNetwork, suffix: string): OwnNetwork {
  const { stack, prefix, project, zone, region, marker } = cluster;
  const network = new ComputeNetwork(stack, numbered('net', '_', plan.index), {
    name: numbered(`${prefix}-net`, '-', plan.index) + suffix,
    description: marker,
    autoCreateSubnetworks: false,
    routingMode: 'REGIONAL',
    mtu: plan.mtu,
    enableUlaInternalIpv6: plan.dualStack || undefined,
    networkProfile: plan.rdmaProfile && `projects/${project}/global/networkProfiles/${zone}-${plan.rdmaProfile}`,
  });
  const subnets = plan.subnetByGoogle
    ? []
    : plan.nics.map(
        (nic, place) =>
          new ComputeSubnetwork(stack, numbered('sub', '_', nic.index), {
            name: numbered(`${prefix}-sub`, '-', nic.index) + suffix,
            description: marker,
            network: network.id,
            region,
            ipCidrRange: subnetRange(plan.index, place, plan.nics.length),
            // Machines without an external address reach Cloud Storage and the other APIs this way.
            privateIpGoogleAccess: plan.rdmaProfile ? undefined : true,
            stackType: plan.dualStack ? 'IPV4_IPV6' : undefined,
            ipv6AccessType: plan.dualStack ? 'INTERNAL' : undefined,
          }),
      );
  return { plan, network, subnets };
}

function networkInterface(
  cluster: Cluster,
  { plan, network, subnets }: OwnNetwork,
  nic: Nic,
  place: number,
): ComputeInstanceTemplateNetworkInterface {
  if (plan.subnetByGoogle) {
    // https://cloud.google.com/vpc/docs/network-profiles: the profile makes this subnetwork and allows no other.
    const name = `default-subnet-1-${network.name}`;
    return {
      network: network.id,
      subnetwork: `projects/${cluster.project}/regions/${cluster.region}/subnetworks/${name}`,
      nicType: nic.type,
      stackType: 'IPV6_ONLY',
    };
  }
  return {
    network: network.id,
    subnetwork: subnets[place]?.id,
    nicType: nic.type === 'GVNIC' ? gvnic(cluster) : nic.type === 'IDPF' ? undefined : nic.type,
    stackType: plan.dualStack ? 'IPV4_IPV6' : undefined,
  };
}

/**
 * gVNIC wherever there are GPUs. Google chooses for CPU machines, whose image may lack the driver, and for bare metal,
 * whose IDPF is a word that provider 6.50.0 refuses.
 */
function gvnic(cluster: Cluster): string | undefined {
  return cluster.input.options.gpuCount > 0 ? 'GVNIC' : undefined;
}
