import { ApiError } from '../../service.ts';
import type { Store } from '../../service.ts';
import { formatAddress, parseAddress, parseRange } from './cidr.ts';
import { pathOfLink } from './path.ts';
import type { Resource } from './resource.ts';

// https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet: the first two and the last two.
const unusableAtFront = 2;
const unusableAtEnd = 2;

/** Gives the free addresses of a subnetwork one after the other; throws when there is none left. */
export function freeAddresses(store: Store, subnetwork: Resource): () => string {
  const range = parseRange(String(subnetwork['ipCidrRange']));
  const taken = takenAddresses(store, subnetwork.selfLink);
  let next = (range?.first ?? 0) + unusableAtFront;
  return () => {
    while (taken.has(next)) next += 1;
    if (!range || next > range.last - unusableAtEnd) throw exhausted(subnetwork);
    next += 1;
    return formatAddress(next - 1);
  };
}

function takenAddresses(store: Store, subnetwork: string): Set<number> {
  const taken = new Set<number>();
  const project = /projects\/[^/]+\//.exec(subnetwork)?.[0] ?? '';
  for (const [, { networkInterfaces }] of store.entries<{ networkInterfaces?: Interface[] }>('instances', project)) {
    for (const one of networkInterfaces ?? []) {
      if (one.subnetwork === subnetwork && one.networkIP) taken.add(parseAddress(one.networkIP));
    }
  }
  for (const [, one] of store.entries<{ subnetwork?: string; address: string }>('addresses', project)) {
    if (one.subnetwork === subnetwork) taken.add(parseAddress(one.address));
  }
  return taken;
}

interface Interface {
  subnetwork?: string;
  networkIP?: string;
}

function exhausted({ selfLink }: Resource): ApiError {
  const path = pathOfLink(selfLink);
  return new ApiError(
    400,
    'ipSpaceExhausted',
    `IP space of '${path}' is exhausted. The zone or region may not have enough available IP addresses.`,
  );
}
