import type { Nic } from '../../src/catalog/network-profiles.ts';
import type { VmClusterInput } from '../cluster-input.ts';

/** One network that the cluster makes, with the interfaces of every machine that lie in it. */
export interface PlannedNetwork {
  index: number;
  nics: readonly Nic[];
  /** Bytes; left out where the network profile decides. */
  mtu?: number;
  /** Google's profile without the zone in front, for a network that carries RDMA and nothing else. */
  rdmaProfile?: string;
  /** The interfaces share the one subnetwork that Google makes together with the network. */
  subnetByGoogle: boolean;
  /** IPv4 and unique local IPv6. */
  dualStack: boolean;
}

// The most that gVNIC carries: https://cloud.google.com/vpc/docs/mtu
const jumboFrames = 8896;

/**
 * The networks a cluster makes: none in the project's default network, one with NETWORK_CONFIG=new_network, as many as
 * the machine type's profile asks for with multi_nic_network.
 */
export function planNetworks({ options, profile }: Pick<VmClusterInput, 'options' | 'profile'>): PlannedNetwork[] {
  if (options.networkConfig === 'default_network') return [];
  const nics = options.networkConfig === 'multi_nic_network' ? profile.nics : profile.nics.slice(0, 1);
  const byNetwork = Map.groupBy(nics, (nic) => nic.vpc);
  return [...byNetwork].map(([index, inside]) => {
    const rdma = inside.some((nic) => nic.type === 'MRDMA');
    const gpuOnly = inside.every((nic) => nic.role === 'gpu');
    return {
      index,
      nics: inside,
      mtu: gpuOnly ? (profile.mtu.gpu ?? undefined) : (profile.mtu.primary ?? jumboFrames),
      rdmaProfile: rdma ? profile.rdmaProfile : undefined,
      subnetByGoogle: rdma && profile.rdmaSubnets === 'auto-created',
      dualStack: !rdma && profile.ipv6 === true,
    };
  });
}
