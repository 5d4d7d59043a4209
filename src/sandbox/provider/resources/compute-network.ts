import { oneOf, resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';

const patched = [
  'network_firewall_policy_enforcement_order',
  'routing_mode',
  'bgp_best_path_selection_mode',
  'bgp_always_compare_med',
  'bgp_inter_region_cost',
];

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_network */
export const computeNetwork = restResource({
  type: 'google_compute_network',
  label: 'Network',
  readLabel: 'ComputeNetwork "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/global/networks',
  self: '/compute/v1/projects/{project}/global/networks/{name}',
  id: 'projects/{project}/global/networks/{name}',
  operation: 'compute',
  fields: {
    ...replacing('project', 'description', 'enable_ula_internal_ipv6', 'internal_ipv6_range'),
    name: { replace: true, check: resourceName },
    auto_create_subnetworks: { replace: true, default: true },
    network_firewall_policy_enforcement_order: {
      default: 'AFTER_CLASSIC_FIREWALL',
      check: oneOf('BEFORE_CLASSIC_FIREWALL', 'AFTER_CLASSIC_FIREWALL'),
    },
    routing_mode: { rest: 'routingConfig.routingMode', check: oneOf('REGIONAL', 'GLOBAL') },
    bgp_best_path_selection_mode: {
      rest: 'routingConfig.bgpBestPathSelectionMode',
      check: oneOf('LEGACY', 'STANDARD'),
    },
    bgp_always_compare_med: 'routingConfig.bgpAlwaysCompareMed',
    bgp_inter_region_cost: { rest: 'routingConfig.bgpInterRegionCost', check: oneOf('DEFAULT', 'ADD_COST_TO_MED') },
    network_profile: { replace: true, ref: 'projects/{project}/global/networkProfiles/{}' },
    params: { replace: true, unread: true },
    gateway_ipv4: 'gatewayIPv4',
    network_id: 'id',
    numeric_id: 'id',
    delete_default_routes_on_create: { rest: null, default: false },
  },
  updates: [
    { when: patched, sendFilled: patched, method: 'PATCH' },
    { when: ['mtu'], method: 'PATCH', fingerprint: 'fingerprint' },
  ],
});
