import { createHash } from 'node:crypto';

/** A range of unique local addresses for a network, out of the block that Google uses: https://cloud.google.com/vpc/docs/subnets#ipv6-ranges */
export function ulaRange(networkPath: string): string {
  const hash = createHash('sha256').update(networkPath).digest('hex');
  return `fd20:${hash.slice(0, 4)}:${hash.slice(4, 8)}::/48`;
}

/** The /64 of one subnetwork in the range of its network. */
export function ulaPrefix(networkRange: string, subnetworkPath: string): string {
  const hash = createHash('sha256').update(subnetworkPath).digest('hex');
  return networkRange.replace('::/48', `:${hash.slice(0, 4)}::/64`);
}
