import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';

import { fail } from '../../src/core/faults.ts';
import type { Cluster } from './cluster.ts';
import type { Networks } from './network.ts';
import { numbered } from './numbered.ts';

/**
 * Opens what a cluster needs and nothing else: its machines to each other, and port 22 to SSH_SOURCE_RANGES. RDMA
 * networks take no such rules and need none: all traffic inside them is allowed
 * (https://cloud.google.com/firewall/docs/firewall-for-roce).
 */
export function addFirewalls(cluster: Cluster, networks: Networks): ComputeFirewall[] {
  const own = networks.own.filter(({ plan }) => !plan.rdmaProfile);
  const network = own[0]?.network.id ?? 'default';
  const between =
    own.length === 0
      ? // The default network holds other machines too, so the rule goes by tag and not by address.
        [betweenMachines(cluster, 0, { network, sourceTags: [cluster.prefix] })]
      : own.map(({ plan, network, subnets }) =>
          betweenMachines(cluster, plan.index, {
            network: network.id,
            sourceRanges: subnets.map((subnet) => subnet.ipCidrRange),
          }),
        );
  return [...between, ssh(cluster, network)];
}

function betweenMachines(
  { stack, prefix, marker }: Cluster,
  index: number,
  from: { network: string; sourceTags?: string[]; sourceRanges?: string[] },
): ComputeFirewall {
  return new ComputeFirewall(stack, numbered('internal', '_', index), {
    name: numbered(`${prefix}-internal`, '-', index),
    description: marker,
    ...from,
    targetTags: [prefix],
    allow: [{ protocol: 'tcp' }, { protocol: 'udp' }, { protocol: 'icmp' }],
  });
}

function ssh({ stack, prefix, marker, variables, input }: Cluster, network: string): ComputeFirewall {
  const { sshSourceRanges } = input.options;
  if (sshSourceRanges.some((range) => range.endsWith('/0'))) {
    throw fail('OPTIONS_WRONG', { count: 1, list: 'SSH_SOURCE_RANGES: port 22 is never opened to the whole internet' });
  }
  const who = 'Who may reach port 22 of the machines.';
  return new ComputeFirewall(stack, 'ssh', {
    name: `${prefix}-ssh`,
    description: marker,
    network,
    sourceRanges: variables.texts('ssh_source_ranges', sshSourceRanges, who),
    targetTags: [prefix],
    allow: [{ protocol: 'tcp', ports: ['22'] }],
  });
}
