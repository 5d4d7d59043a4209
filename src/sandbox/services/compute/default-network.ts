import type { Store } from '../../service.ts';
import type { Project } from '../projects.ts';
import { autoSubnetworks } from './auto-subnetworks.ts';
import { selfLink } from './path.ts';
import type { Resource } from './resource.ts';
import { addDefaultRoute } from './automatic-routes.ts';
import { timestamp } from './time.ts';

/** Gives a project that uses Compute Engine for the first time its `default` network, as Google does. */
export function openProject(store: Store, project: Project, now: number): void {
  const parent = `projects/${project.projectId}/global`;
  if (store.get('openProjects', project.projectId)) return;
  store.put('openProjects', project.projectId, { since: timestamp(now) });
  const call = { store, project, now };
  const network: Resource = {
    kind: 'compute#network',
    id: store.nextId(),
    creationTimestamp: timestamp(now),
    name: 'default',
    description: 'Default network for the project',
    autoCreateSubnetworks: true,
    mtu: 1460,
    routingConfig: { routingMode: 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY' },
    networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
    selfLink: selfLink(`${parent}/networks/default`),
  };
  store.put('networks', `${parent}/networks/default`, network);
  addDefaultRoute(call, network);
  autoSubnetworks(call, network);
  for (const [name, allowed, sourceRanges] of rules) {
    const path = `${parent}/firewalls/default-allow-${name}`;
    store.put('firewalls', path, {
      kind: 'compute#firewall',
      id: store.nextId(),
      creationTimestamp: timestamp(now),
      name: `default-allow-${name}`,
      network: network.selfLink,
      priority: 65_534,
      sourceRanges,
      allowed,
      direction: 'INGRESS',
      disabled: false,
      logConfig: { enable: false },
      selfLink: selfLink(path),
    });
  }
}

// https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc
const everywhere = ['0.0.0.0/0'];
const rules: readonly (readonly [name: string, allowed: object[], sourceRanges: string[]])[] = [
  ['icmp', [{ IPProtocol: 'icmp' }], everywhere],
  [
    'internal',
    [{ IPProtocol: 'tcp', ports: ['0-65535'] }, { IPProtocol: 'udp', ports: ['0-65535'] }, { IPProtocol: 'icmp' }],
    ['10.128.0.0/9'],
  ],
  ['rdp', [{ IPProtocol: 'tcp', ports: ['3389'] }], everywhere],
  ['ssh', [{ IPProtocol: 'tcp', ports: ['22'] }], everywhere],
];
