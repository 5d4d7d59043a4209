import { formatAddress, parseRange } from './cidr.ts';
import { fingerprint } from './fingerprint.ts';

/** What Google adds to a subnetwork that says nothing but its range. */
export function subnetworkDefaults(ipCidrRange: string): Record<string, unknown> {
  return {
    gatewayAddress: formatAddress((parseRange(ipCidrRange)?.first ?? 0) + 1),
    privateIpGoogleAccess: false,
    purpose: 'PRIVATE',
    stackType: 'IPV4_ONLY',
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    enableFlowLogs: false,
    fingerprint: fingerprint({ ipCidrRange }),
  };
}
