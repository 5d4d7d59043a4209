import * as z from 'zod';

import type { Store, World } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { overlap, parseRange } from './cidr.ts';
import { collection } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import { change, resourcePath } from './operate.ts';
import type { Part } from './collection.ts';
import { fingerprint } from './fingerprint.ts';
import { ulaPrefix } from './ipv6.ts';
import { nameOf, pathOfLink } from './path.ts';
import { invalidValue } from './refusals.ts';
import { find, parseBody, pathsWhere, reference, ResourceName } from './resource.ts';
import type { Resource } from './resource.ts';
import { addSubnetworkRoute, removeSubnetworkRoute } from './automatic-routes.ts';
import { subnetworkDefaults } from './subnetwork-fields.ts';

const Secondary = z.looseObject({ rangeName: ResourceName, ipCidrRange: z.string() });
const Subnetwork = z.looseObject({
  name: ResourceName,
  network: z.string(),
  ipCidrRange: z.string(),
  secondaryIpRanges: z.array(Secondary).optional(),
  stackType: z.enum(['IPV4_ONLY', 'IPV4_IPV6', 'IPV6_ONLY']).optional(),
  ipv6AccessType: z.enum(['INTERNAL', 'EXTERNAL']).optional(),
});

interface StoredSubnetwork extends Resource {
  network: string;
  ipCidrRange: string;
  secondaryIpRanges?: z.output<typeof Secondary>[];
}

const parent = '/compute/v1/projects/{project}/regions/{region}/subnetworks/{name}';

const shape = collection({
  collection: 'subnetworks',
  kind: 'compute#subnetwork',
  noun: 'subnetwork',
  scope: 'region',
  quota: 'SUBNETWORKS',
  body: Subnetwork,
  make(body, call, path) {
    const network = reference(call, 'networks', body.network);
    checkRange('resource.ipCidrRange', body.ipCidrRange);
    checkFree(call.store, path, network, 'resource.ipCidrRange', body.ipCidrRange);
    for (const [index, { ipCidrRange }] of (body.secondaryIpRanges ?? []).entries()) {
      const field = `resource.secondaryIpRanges[${index}].ipCidrRange`;
      checkRange(field, ipCidrRange);
      checkFree(call.store, path, network, field, ipCidrRange);
    }
    return { ...subnetworkDefaults(body.ipCidrRange), ...body, ...ipv6Of(body, call, path, network), network };
  },
  made(call, subnetwork) {
    const { network, ipCidrRange } = subnetwork as StoredSubnetwork;
    addSubnetworkRoute(call, find(call.store, 'networks', pathOfLink(network)), ipCidrRange);
  },
  patch(old, body, call) {
    const merged = mergePatch(old, { ...body, fingerprint: undefined }) as StoredSubnetwork;
    for (const [index, { ipCidrRange }] of (merged.secondaryIpRanges ?? []).entries()) {
      const field = `resource.secondaryIpRanges[${index}].ipCidrRange`;
      checkRange(field, ipCidrRange);
      checkFree(call.store, resourcePath(call, 'subnetworks'), merged.network, field, ipCidrRange);
    }
    return { ...merged, fingerprint: fingerprint(merged) };
  },
  users: subnetworkUsers,
  removed({ store }, path, subnetwork) {
    const { network, ipCidrRange } = subnetwork as StoredSubnetwork;
    removeSubnetworkRoute(store, network, path.split('/')[1] ?? '', ipCidrRange);
  },
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks */
export const subnetworks: Part = {
  ...shape,
  routes: {
    ...shape.routes,
    [`POST ${parent}/setPrivateIpGoogleAccess`]: method('compute.subnetworks.setPrivateIpGoogleAccess', (call) => {
      const body = parseBody(z.looseObject({ privateIpGoogleAccess: z.boolean() }), call.request.body);
      return changeHere(call, 'setPrivateIpGoogleAccess', { privateIpGoogleAccess: body.privateIpGoogleAccess });
    }),
    [`POST ${parent}/expandIpCidrRange`]: method('compute.subnetworks.expandIpCidrRange', expand),
  },
};

function ipv6Of(body: z.output<typeof Subnetwork>, call: Call, path: string, network: string): object {
  if (body.stackType !== 'IPV4_IPV6' || body.ipv6AccessType !== 'INTERNAL') return {};
  const range = find(call.store, 'networks', pathOfLink(network))['internalIpv6Range'];
  if (typeof range !== 'string') {
    const why = 'The network must have enableUlaInternalIpv6 set to have subnetworks with internal IPv6 addresses.';
    throw invalidValue('resource.ipv6AccessType', body.ipv6AccessType, why);
  }
  const prefix = ulaPrefix(range, path);
  return { internalIpv6Prefix: prefix, ipv6CidrRange: prefix };
}

function expand(call: Call): object {
  const { ipCidrRange } = parseBody(z.looseObject({ ipCidrRange: z.string() }), call.request.body);
  const old = find<StoredSubnetwork>(call.store, 'subnetworks', resourcePath(call, 'subnetworks'));
  const before = parseRange(old.ipCidrRange);
  const after = checkRange('ipCidrRange', ipCidrRange);
  if (!before || after.first > before.first || after.last < before.last) {
    throw invalidValue('ipCidrRange', ipCidrRange, `The new range must contain ${old.ipCidrRange}.`);
  }
  checkFree(call.store, resourcePath(call, 'subnetworks'), old.network, 'ipCidrRange', ipCidrRange);
  return changeHere(call, 'expandIpCidrRange', { ipCidrRange });
}

function changeHere(call: Call, operationType: string, fields: object): object {
  const old = find(call.store, 'subnetworks', resourcePath(call, 'subnetworks'));
  return change(call, 'subnetworks', old, operationType, {
    ...fields,
    fingerprint: fingerprint({ ...old, ...fields }),
  });
}

function checkRange(field: string, text: string): { first: number; last: number } {
  const range = parseRange(text);
  if (!range) throw invalidValue(field, text, `Invalid IPCidrRange: ${text} is not a valid CIDR range.`);
  // https://cloud.google.com/vpc/docs/subnets#ipv4-ranges: a /29 is the smallest.
  if (range.last - range.first < 7) throw invalidValue(field, text, `Invalid IPCidrRange: ${text} is too small.`);
  return range;
}

function checkFree(store: Store, path: string, network: string, field: string, text: string): void {
  const range = parseRange(text);
  const project = path.split('/', 2).join('/');
  for (const [key, other] of store.entries<StoredSubnetwork>('subnetworks', `${project}/`)) {
    if (key === path || other.network !== network) continue;
    for (const taken of [other.ipCidrRange, ...(other.secondaryIpRanges ?? []).map((one) => one.ipCidrRange)]) {
      const there = parseRange(taken);
      if (range && there && overlap(range, there)) {
        const region = nameOf(String(other['region']));
        const why = `Invalid IPCidrRange: ${text} conflicts with existing subnetwork '${other.name}' in region '${region}'.`;
        throw invalidValue(field, text, why);
      }
    }
  }
}

function* subnetworkUsers({ store }: Pick<World, 'store'>, path: string, subnetwork: Resource): Iterable<string> {
  yield* pathsWhere(store, 'instances', path, (instance) => {
    const interfaces = (instance['networkInterfaces'] ?? []) as { subnetwork?: string }[];
    return interfaces.some((one) => one.subnetwork === subnetwork.selfLink);
  });
  yield* pathsWhere(store, 'addresses', path, (address) => address['subnetwork'] === subnetwork.selfLink);
  yield* pathsWhere(store, 'routers', path, (router) => {
    const nats = (router['nats'] ?? []) as { subnetworks?: { name: string }[] }[];
    return nats.some((nat) => nat.subnetworks?.some((one) => one.name === subnetwork.selfLink));
  });
}
