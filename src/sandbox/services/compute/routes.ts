import * as z from 'zod';

import { parseRange } from './cidr.ts';
import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import { invalidValue } from './refusals.ts';
import { link, reference, ResourceName } from './resource.ts';

const Route = z.looseObject({
  name: ResourceName,
  network: z.string(),
  destRange: z.string(),
  priority: z.number().int().min(0).max(65_535).default(1000),
  nextHopGateway: z.string().optional(),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/routes */
export const routes: Part = collection({
  collection: 'routes',
  kind: 'compute#route',
  noun: 'route',
  scope: 'global',
  quota: 'ROUTES',
  body: Route,
  make(body, call) {
    if (!parseRange(body.destRange)) throw invalidValue('resource.destRange', body.destRange, 'Invalid CIDR range.');
    return {
      network: reference(call, 'networks', body.network),
      ...(body.nextHopGateway === undefined ? {} : { nextHopGateway: link(call, 'gateways', body.nextHopGateway) }),
      routeStatus: 'ACTIVE',
    };
  },
});
