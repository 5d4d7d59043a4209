/**
 * IPv4 range of one subnet. Network number n owns 10.n.0.0/16; its subnets share that in equal parts, rounded up to a
 * power of two. All of them lie below 10.128.0.0/9, the range of Google's auto-mode networks, so that a peering with
 * `default` stays possible, and the smallest part in use (/19, eight subnets) has room for 8,188 machines.
 */
export function subnetRange(network: number, subnet: number, subnets: number): string {
  const bits = Math.ceil(Math.log2(subnets));
  const third = subnet << (8 - bits);
  if (network > 127 || third > 255) throw new Error(`no address range for subnet ${subnet} of network ${network}`);
  return `10.${network}.${third}.0/${16 + bits}`;
}
