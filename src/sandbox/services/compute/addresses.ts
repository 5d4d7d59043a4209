import * as z from 'zod';

import { formatAddress } from './cidr.ts';
import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import { labelled, Labels } from './labels.ts';
import { link, pathsWhere, reference, ResourceName } from './resource.ts';
import { freeAddresses } from './subnetwork-addresses.ts';
import { find } from './resource.ts';
import { pathOfLink } from './path.ts';

const Address = z.looseObject({
  name: ResourceName,
  addressType: z.enum(['INTERNAL', 'EXTERNAL', 'UNSPECIFIED_TYPE']).default('EXTERNAL'),
  address: z.string().optional(),
  subnetwork: z.string().optional(),
  network: z.string().optional(),
  labels: Labels.optional(),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/addresses */
export const addresses: Part = collection({
  collection: 'addresses',
  kind: 'compute#address',
  noun: 'address',
  scope: 'region',
  quota: 'STATIC_ADDRESSES',
  hasLabels: true,
  body: Address,
  make(body, call) {
    const common = { status: 'RESERVED', addressType: body.addressType, ...labelled(body.labels) };
    if (body.addressType !== 'INTERNAL') {
      const address = body.address ?? publicAddress(call.store.nextId());
      return { ...common, address, networkTier: 'PREMIUM', ipVersion: 'IPV4' };
    }
    const subnetwork = reference(call, 'subnetworks', body.subnetwork ?? 'default', call.scope);
    const free = freeAddresses(call.store, find(call.store, 'subnetworks', pathOfLink(subnetwork)));
    return { ...common, subnetwork, purpose: 'GCE_ENDPOINT', address: body.address ?? free() };
  },
  users: ({ store }, path, address) =>
    pathsWhere(store, 'routers', path, (router) => {
      const nats = (router['nats'] ?? []) as { natIps?: string[] }[];
      return nats.some((nat) => nat.natIps?.includes(address.selfLink));
    }),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/globalAddresses */
export const globalAddresses: Part = collection({
  collection: 'addresses',
  kind: 'compute#address',
  noun: 'address',
  scope: 'global',
  hasLabels: true,
  body: Address,
  make: (body, call) => ({
    status: 'RESERVED',
    address: body.address ?? publicAddress(call.store.nextId()),
    ...(body.network === undefined ? {} : { network: link(call, 'networks', body.network) }),
    ...labelled(body.labels),
  }),
});

/**
 * An address of 198.18.0.0/15 that follows from a number. The range is reserved for tests (RFC 2544) and leads nowhere: with
 * an address of Google's own, whoever connects to a machine of the sandbox would reach somebody else's.
 */
export function publicAddress(seed: string): string {
  // Neighbouring seeds are spread over the range by a multiplier that has no factor in common with it.
  const host = Number((BigInt(seed) * 2_654_435_761n) % 131_070n);
  return formatAddress(198 * 2 ** 24 + 18 * 2 ** 16 + host + 1);
}
