import { oneOf, resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';

const updatable = ['description', 'bgp', 'md5_authentication_keys'];

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_router */
export const computeRouter = restResource({
  type: 'google_compute_router',
  label: 'Router',
  readLabel: 'ComputeRouter "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/regions/{region}/routers',
  self: '/compute/v1/projects/{project}/regions/{region}/routers/{name}',
  id: 'projects/{project}/regions/{region}/routers/{name}',
  operation: 'compute',
  fields: {
    ...replacing('project', 'encrypted_interconnect_router'),
    name: { replace: true, check: resourceName },
    network: { replace: true, ref: 'projects/{project}/global/networks/{}' },
    region: { replace: true, ref: 'projects/{project}/global/regions/{}', short: true },
    'bgp.advertise_mode': { default: 'DEFAULT', check: oneOf('DEFAULT', 'CUSTOM') },
    'bgp.advertised_groups': { always: true },
    'bgp.advertised_ip_ranges': { always: true },
    'bgp.keepalive_interval': { default: 20 },
    md5_authentication_keys: { unread: true },
  },
  updates: [{ when: updatable, send: updatable, method: 'PATCH' }],
});
