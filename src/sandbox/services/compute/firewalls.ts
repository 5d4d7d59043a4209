import * as z from 'zod';

import type { Call } from './call.ts';
import { parseRange } from './cidr.ts';
import { collection } from './collection.ts';
import { mergePatch } from './merge-patch.ts';
import type { Part } from './collection.ts';
import { pathOfLink } from './path.ts';
import { invalidValue } from './refusals.ts';
import { find, parseBody, reference, ResourceName } from './resource.ts';

const Rule = z.looseObject({
  IPProtocol: z.string(),
  ports: z.array(z.string().regex(/^\d{1,5}(-\d{1,5})?$/, 'Ports must be a number or a range of numbers.')).optional(),
});
const Ranges = z.array(z.string()).optional();
const Firewall = z.looseObject({
  name: ResourceName,
  network: z.string().default('global/networks/default'),
  priority: z.number().int().min(0).max(65_535).default(1000),
  direction: z.enum(['INGRESS', 'EGRESS']).default('INGRESS'),
  disabled: z.boolean().default(false),
  allowed: z.array(Rule).optional(),
  denied: z.array(Rule).optional(),
  sourceRanges: Ranges,
  destinationRanges: Ranges,
  sourceTags: z.array(z.string()).optional(),
  sourceServiceAccounts: z.array(z.string()).optional(),
  logConfig: z.looseObject({ enable: z.boolean() }).default({ enable: false }),
});
type Firewall = z.output<typeof Firewall>;

/** https://cloud.google.com/compute/docs/reference/rest/v1/firewalls */
export const firewalls: Part = collection({
  collection: 'firewalls',
  kind: 'compute#firewall',
  noun: 'firewall',
  scope: 'global',
  quota: 'FIREWALLS',
  body: Firewall,
  make: (body, call) => ({ ...completed(body), network: networkOf(body, call) }),
  patch(old, body, call) {
    const merged = parseBody(Firewall, mergePatch(old, body));
    return { ...completed(merged), network: networkOf(merged, call) };
  },
});

// https://cloud.google.com/firewall/docs/firewall-for-roce: such networks know only network firewall policies.
function networkOf({ network }: Firewall, call: Call): string {
  const link = reference(call, 'networks', network);
  if (find(call.store, 'networks', pathOfLink(link))['networkProfile'] === undefined) return link;
  throw invalidValue(
    'resource.network',
    network,
    'Networks with an RDMA network profile do not support VPC firewall rules.',
  );
}

function completed(firewall: Firewall): object {
  const { allowed = [], denied = [], direction } = firewall;
  if (allowed.length + denied.length === 0) {
    throw invalidValue('resource.allowed', '', 'Must specify at least one of allowed or denied rules.');
  }
  if (allowed.length > 0 && denied.length > 0) {
    throw invalidValue('resource.denied', '', 'Cannot specify both allowed and denied rules.');
  }
  for (const field of ['sourceRanges', 'destinationRanges'] as const) {
    for (const [index, range] of (firewall[field] ?? []).entries()) checkRange(`resource.${field}[${index}]`, range);
  }
  const rules = { allowed: allowed.map(lowerCase), denied: denied.map(lowerCase) };
  if (direction === 'EGRESS') {
    return { ...firewall, ...rules, destinationRanges: orEverywhere(firewall.destinationRanges) };
  }
  const hasSource = [firewall.sourceTags, firewall.sourceServiceAccounts].some((list) => (list?.length ?? 0) > 0);
  return { ...firewall, ...rules, ...(hasSource ? {} : { sourceRanges: orEverywhere(firewall.sourceRanges) }) };
}

function lowerCase(rule: z.output<typeof Rule>): z.output<typeof Rule> {
  return { ...rule, IPProtocol: rule.IPProtocol.toLowerCase() };
}

function orEverywhere(ranges: string[] | undefined): string[] {
  return ranges && ranges.length > 0 ? ranges : ['0.0.0.0/0'];
}

function checkRange(field: string, text: string): void {
  const isIpv6 = /^[0-9a-f:]+(\/\d{1,3})?$/i.test(text) && text.includes(':');
  if (!isIpv6 && !parseRange(text.includes('/') ? text : `${text}/32`)) {
    throw invalidValue(field, text, 'Must be a valid CIDR address range.');
  }
}
