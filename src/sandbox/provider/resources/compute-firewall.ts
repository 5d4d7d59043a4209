import type { Json } from '../api.ts';
import { conflicting, exactlyOne } from '../check-config.ts';
import { between, oneOf, resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';
import { isEmpty, sameValue } from '../value.ts';
import type { ObjectValue, Value } from '../value.ts';

const sources = ['source_tags', 'source_ranges', 'source_service_accounts'];
const updatable = [
  'allow',
  'deny',
  'description',
  'destination_ranges',
  'disabled',
  'log_config',
  'enable_logging',
  'network',
  'priority',
  ...sources,
  'target_service_accounts',
  'target_tags',
];
const sameCase = (a: Value, b: Value): boolean => String(a).toLowerCase() === String(b).toLowerCase();

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_firewall */
export const computeFirewall = restResource({
  type: 'google_compute_firewall',
  label: 'Firewall',
  readLabel: 'ComputeFirewall "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/global/firewalls',
  self: '/compute/v1/projects/{project}/global/firewalls/{name}',
  id: 'projects/{project}/global/firewalls/{name}',
  operation: 'compute',
  fields: {
    ...replacing('project'),
    name: { replace: true, check: resourceName },
    direction: { replace: true, check: oneOf('INGRESS', 'EGRESS') },
    network: { ref: 'projects/{project}/global/networks/{}' },
    priority: { default: 1000, check: between(0, 65_535) },
    allow: 'allowed',
    'allow.protocol': { rest: 'IPProtocol', same: sameCase },
    deny: 'denied',
    'deny.protocol': { rest: 'IPProtocol', same: sameCase },
    // Google opens a rule that names no source to the world.
    source_ranges: { same: (configured, known) => isEmpty(configured) && sameValue(known, ['0.0.0.0/0']) },
    enable_logging: { rest: null },
    'log_config.metadata': { check: oneOf('EXCLUDE_ALL_METADATA', 'INCLUDE_ALL_METADATA') },
    params: { replace: true, unread: true },
  },
  updates: [{ when: updatable, send: updatable, method: 'PATCH', shapeBody: withLogging }],
  validate: (config) => [
    ...exactlyOne(config, ['allow', 'deny']),
    ...conflicting(config, ['source_service_accounts', 'source_tags']),
    ...conflicting(config, ['source_service_accounts', 'target_tags']),
    ...conflicting(config, ['target_service_accounts', 'source_tags']),
    ...conflicting(config, ['target_service_accounts', 'target_tags']),
  ],
  plan(planned) {
    if (planned.direction !== 'EGRESS' && sources.every((name) => isEmpty(planned[name]))) {
      throw new Error('one of source_tags, source_ranges, or source_service_accounts must be defined');
    }
    return planned;
  },
  shapeBody: withLogging,
  shapeAnswer: ({ logConfig, ...answer }) => (isOn(logConfig) ? { ...answer, logConfig } : answer),
});

/** Logging is on where the block is there (or the old switch is set), and must be switched off by word where it is not. */
function withLogging(body: Json, planned: ObjectValue): Json {
  const { metadata } = (body.logConfig ?? {}) as { metadata?: string };
  const logConfig = metadata === undefined ? { enable: planned.enable_logging === true } : { enable: true, metadata };
  return { ...body, logConfig };
}

function isOn(logConfig: unknown): boolean {
  return (logConfig as { enable?: boolean } | undefined)?.enable === true;
}
