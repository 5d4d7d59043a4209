import * as z from 'zod';

import { method } from './call.ts';
import type { Call } from './call.ts';
import { collection } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import { resourcePath } from './operate.ts';
import type { Part } from './collection.ts';
import { invalidValue } from './refusals.ts';
import { find, link, parseBody, reference, ResourceName } from './resource.ts';
import type { Resource } from './resource.ts';

const Nat = z.looseObject({
  name: ResourceName,
  natIpAllocateOption: z.enum(['AUTO_ONLY', 'MANUAL_ONLY']).default('AUTO_ONLY'),
  sourceSubnetworkIpRangesToNat: z.enum([
    'ALL_SUBNETWORKS_ALL_IP_RANGES',
    'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES',
    'LIST_OF_SUBNETWORKS',
  ]),
  natIps: z.array(z.string()).optional(),
  subnetworks: z.array(z.looseObject({ name: z.string() })).optional(),
});
type Nat = z.output<typeof Nat>;
const Router = z.looseObject({
  name: ResourceName,
  network: z.string(),
  bgp: z.looseObject({ asn: z.number().int() }).optional(),
  nats: z.array(Nat).optional(),
});
const RouterChange = z.looseObject({ nats: z.array(Nat).optional() });

const shape = collection({
  collection: 'routers',
  kind: 'compute#router',
  noun: 'router',
  scope: 'region',
  quota: 'ROUTERS',
  body: Router,
  make: (body, call) => ({
    network: reference(call, 'networks', body.network),
    ...(body.bgp ? { bgp: { advertiseMode: 'DEFAULT', keepaliveInterval: 20, ...body.bgp } } : {}),
    nats: (body.nats ?? []).map((nat) => completed(nat, call)),
  }),
  patch(old, body, call) {
    const { network: _network, nats, ...rest } = parseBody(RouterChange, body);
    const fields = mergePatch(old, rest) as object;
    return nats === undefined ? fields : { ...fields, nats: nats.map((nat) => completed(nat, call)) };
  },
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers — with Cloud NAT. */
export const routers: Part = {
  ...shape,
  routes: {
    ...shape.routes,
    'GET /compute/v1/projects/{project}/regions/{region}/routers/{name}/getRouterStatus': method(
      'compute.routers.get',
      status,
    ),
  },
};

// Fields that Google fills in: https://cloud.google.com/compute/docs/reference/rest/v1/routers#Router.FIELDS.nats
function completed(nat: Nat, call: Call): object {
  if (nat.sourceSubnetworkIpRangesToNat === 'LIST_OF_SUBNETWORKS' && !nat.subnetworks?.length) {
    throw invalidValue(
      'resource.nats[0].subnetworks',
      '',
      'At least one subnetwork is required for LIST_OF_SUBNETWORKS.',
    );
  }
  if (nat.natIpAllocateOption === 'MANUAL_ONLY' && !nat.natIps?.length) {
    throw invalidValue('resource.nats[0].natIps', '', 'NAT IPs must be given when natIpAllocateOption is MANUAL_ONLY.');
  }
  return {
    type: 'PUBLIC',
    endpointTypes: ['ENDPOINT_TYPE_VM'],
    enableEndpointIndependentMapping: false,
    autoNetworkTier: 'PREMIUM',
    ...withoutNulls(nat),
    natIps: nat.natIps?.map((ip) => link(call, 'addresses', ip, call.scope)),
    subnetworks: nat.subnetworks?.map((one) => ({
      ...one,
      name: reference(call, 'subnetworks', one.name, call.scope),
    })),
  };
}

function withoutNulls(nat: object): object {
  return Object.fromEntries(Object.entries(nat).filter(([, value]) => value !== null));
}

function status(call: Call): object {
  const router = find<Resource & { nats?: Nat[] }>(call.store, 'routers', resourcePath(call, 'routers'));
  return {
    kind: 'compute#routerStatusResponse',
    result: {
      network: router['network'],
      natStatus: (router.nats ?? []).map(({ name }) => ({
        name,
        minExtraNatIpsNeeded: 0,
        numVmEndpointsWithNatMappings: 0,
      })),
    },
  };
}
