import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat/index.js';

import type { Cluster } from './cluster.ts';
import type { Networks } from './network.ts';

/**
 * Adds the way out for machines without an external address: Cloud NAT on the first network. Not on the project's
 * default network, where a second NAT for the same subnetwork would be refused and other machines would use ours.
 */
export function addInternetAccess(cluster: Cluster, networks: Networks): ComputeRouterNat | undefined {
  const [first] = networks.own;
  if (cluster.input.options.publicIp || !first) return undefined;
  const { stack, prefix, region, marker } = cluster;
  const router = new ComputeRouter(stack, 'router', {
    name: `${prefix}-router`,
    description: marker,
    network: first.network.id,
    region,
  });
  return new ComputeRouterNat(stack, 'nat', {
    name: `${prefix}-nat`,
    router: router.name,
    region,
    natIpAllocateOption: 'AUTO_ONLY',
    sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
    // A machine starts with 64 ports and gets more as it needs them: enough for parallel downloads, and a thousand idle
    // machines still share few addresses. Excludes endpoint-independent mapping, which nothing here needs.
    enableDynamicPortAllocation: true,
    enableEndpointIndependentMapping: false,
    minPortsPerVm: 64,
    maxPortsPerVm: 4096,
    logConfig: { enable: true, filter: 'ERRORS_ONLY' },
  });
}
