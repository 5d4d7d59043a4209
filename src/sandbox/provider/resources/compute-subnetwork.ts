import type { Json } from '../api.ts';
import { ipRange, oneOf, resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { holdsRange } from '../ip-range.ts';
import { restResource } from '../rest-resource.ts';
import type { Value } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_subnetwork */
export const computeSubnetwork = restResource({
  type: 'google_compute_subnetwork',
  label: 'Subnetwork',
  readLabel: 'ComputeSubnetwork "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/regions/{region}/subnetworks',
  self: '/compute/v1/projects/{project}/regions/{region}/subnetworks/{name}',
  id: 'projects/{project}/regions/{region}/subnetworks/{name}',
  operation: 'compute',
  fields: {
    ...replacing('project', 'description', 'external_ipv6_prefix', 'ip_collection', 'enable_flow_logs'),
    name: { replace: true, check: resourceName },
    network: { replace: true, ref: 'projects/{project}/global/networks/{}' },
    region: { replace: true, ref: 'projects/{project}/global/regions/{}', short: true },
    // A range can only grow in place.
    ip_cidr_range: { check: ipRange, replace: (now: Value, before: Value) => !holdsRange(String(now), String(before)) },
    reserved_internal_range: { replace: true, ref: 'projects/{project}/locations/global/internalRanges/{}' },
    secondary_ip_range: { rest: 'secondaryIpRanges', computed: true },
    'secondary_ip_range.ip_cidr_range': { check: ipRange },
    'secondary_ip_range.range_name': { check: resourceName },
    send_secondary_ip_range_if_empty: { rest: null },
    stack_type: { check: oneOf('IPV4_ONLY', 'IPV4_IPV6', 'IPV6_ONLY') },
    ipv6_access_type: { check: oneOf('EXTERNAL', 'INTERNAL') },
    role: { check: oneOf('ACTIVE', 'BACKUP') },
    'log_config.aggregation_interval': { default: 'INTERVAL_5_SEC' },
    'log_config.flow_sampling': { default: 0.5 },
    'log_config.metadata': { default: 'INCLUDE_ALL_METADATA' },
    'log_config.filter_expr': { default: 'true' },
    params: { replace: true, unread: true },
    subnetwork_id: 'id',
    fingerprint: { rest: null },
  },
  updates: [
    { when: ['ip_cidr_range'], method: 'POST', path: '/expandIpCidrRange' },
    { when: ['private_ip_google_access'], method: 'POST', path: '/setPrivateIpGoogleAccess' },
    {
      when: ['private_ipv6_google_access', 'stack_type', 'ipv6_access_type'],
      method: 'PATCH',
      fingerprint: 'fingerprint',
    },
    {
      when: ['log_config'],
      method: 'PATCH',
      fingerprint: 'fingerprint',
      shapeBody: withLogging,
    },
    { when: ['purpose'], method: 'PATCH', fingerprint: 'fingerprint' },
    { when: ['role'], method: 'PATCH', fingerprint: 'fingerprint' },
    { when: ['secondary_ip_range'], method: 'PATCH', fingerprint: 'fingerprint' },
  ],
  shapeBody: withLogging,
  shapeAnswer: ({ logConfig, ...answer }) => (isOn(logConfig) ? { ...answer, logConfig } : answer),
});

/** Flow logs are on where the block is there, and must be switched off by word where it is not. */
function withLogging(body: Json): Json {
  return { ...body, logConfig: { enable: Boolean(body.logConfig), ...(body.logConfig as object | null | undefined) } };
}

function isOn(logConfig: unknown): boolean {
  return (logConfig as { enable?: boolean } | undefined)?.enable === true;
}
