import type { Store } from '../../service.ts';
import { parseRange } from './cidr.ts';
import type { Resource } from './resource.ts';

/** The machine's side of the question: its first interface, its tags, whom it runs as. */
export interface Reached {
  networkInterfaces?: readonly { network?: string }[];
  tags?: { items?: readonly string[] };
  serviceAccounts?: readonly { email: string }[];
}

interface Rule extends Resource {
  network: string;
  priority: number;
  direction: string;
  disabled: boolean;
  sourceRanges?: string[];
  targetTags?: string[];
  targetServiceAccounts?: string[];
  allowed?: { IPProtocol: string; ports?: string[] }[];
  denied?: { IPProtocol: string; ports?: string[] }[];
}

/**
 * Tells whether the firewall rules of a machine's first network let all of `source` (`35.235.240.0/20`) in to a TCP port.
 * The rule with the smallest priority number decides, of two the one that denies; without a rule nothing comes in.
 * https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules
 */
export function letsIn(store: Store, project: string, machine: Reached, source: string, port: number): boolean {
  const network = machine.networkInterfaces?.[0]?.network;
  const [first] = store
    .list<Rule>('firewalls', `projects/${project}/global/firewalls/`)
    .filter((rule) => rule.network === network && rule.direction === 'INGRESS' && !rule.disabled)
    .filter((rule) => isFor(rule, machine) && isAbout(rule, port) && covers(rule.sourceRanges ?? [], source))
    .sort((a, b) => a.priority - b.priority || denies(b) - denies(a));
  return (first?.allowed?.length ?? 0) > 0;
}

function denies({ denied = [] }: Rule): number {
  return denied.length > 0 ? 1 : 0;
}

function isFor({ targetTags = [], targetServiceAccounts = [] }: Rule, { tags, serviceAccounts }: Reached): boolean {
  if (targetTags.length + targetServiceAccounts.length === 0) return true;
  return (
    targetTags.some((tag) => tags?.items?.includes(tag)) ||
    targetServiceAccounts.some((email) => serviceAccounts?.some((account) => account.email === email))
  );
}

function isAbout({ allowed = [], denied = [] }: Rule, port: number): boolean {
  return [...allowed, ...denied].some(({ IPProtocol: protocol, ports }) => {
    if (protocol === 'all') return true;
    if (protocol !== 'tcp' && protocol !== '6') return false;
    return ports === undefined || ports.length === 0 || ports.some((range) => holds(range, port));
  });
}

function holds(range: string, port: number): boolean {
  const [first = 0, last = first] = range.split('-').map(Number);
  return first <= port && port <= last;
}

function covers(ranges: readonly string[], source: string): boolean {
  const wanted = parseRange(source);
  return ranges.some((text) => {
    const range = parseRange(text.includes('/') ? text : `${text}/32`);
    return wanted !== undefined && range !== undefined && range.first <= wanted.first && wanted.last <= range.last;
  });
}
