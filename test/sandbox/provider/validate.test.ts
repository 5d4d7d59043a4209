import { expect, it } from 'vitest';

import { checkConfig } from '../../../src/sandbox/provider/check-config.ts';
import { resources } from '../../../src/sandbox/provider/served.ts';
import { unknown } from '../../../src/sandbox/provider/value.ts';
import type { ObjectValue } from '../../../src/sandbox/provider/value.ts';
import { openPlayground } from './_playground.ts';

it.each<{ type: string; config: ObjectValue; problem: string }>([
  {
    type: 'google_compute_network',
    config: { name: 'Bad_Name' },
    problem: '"name" ("Bad_Name") doesn\'t match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"',
  },
  {
    type: 'google_compute_network',
    config: { name: 'n', routing_mode: 'LOCAL' },
    problem: 'expected routing_mode to be one of ["REGIONAL" "GLOBAL"], got LOCAL',
  },
  {
    type: 'google_compute_subnetwork',
    config: { name: 's', ip_cidr_range: '10' },
    problem: '"ip_cidr_range" is not a valid IP CIDR range: invalid CIDR address: 10',
  },
  {
    type: 'google_compute_firewall',
    config: { name: 'f', priority: 70_000, allow: [{ protocol: 'all' }] },
    problem: 'expected priority to be in the range (0 - 65535), got 70000',
  },
  {
    type: 'google_compute_firewall',
    config: { name: 'f' },
    problem: '"allow": one of `allow,deny` must be specified',
  },
  {
    type: 'google_compute_firewall',
    config: { name: 'f', allow: [{ protocol: 'all' }], source_tags: ['a'], target_service_accounts: ['b'] },
    problem: '"target_service_accounts": conflicts with source_tags',
  },
  {
    type: 'google_compute_instance_template',
    config: { name: 'n', name_prefix: 'p-' },
    problem: '"name": conflicts with name_prefix',
  },
  {
    type: 'google_compute_instance_template',
    config: { network_interface: [{ nic_type: 'FAST' }] },
    problem: 'expected network_interface.0.nic_type to be one of ["GVNIC" "VIRTIO_NET" "MRDMA" "IRDMA"], got FAST',
  },
  {
    type: 'google_service_account',
    config: { account_id: 'short' },
    problem: '"account_id" ("short") doesn\'t match regexp "^(?:[a-z](?:[-a-z0-9]{4,28}[a-z0-9]))$"',
  },
  {
    type: 'google_project_iam_member',
    config: { member: 'somebody' },
    problem:
      'invalid value "somebody" for member (IAM members must have one of the values outlined here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)',
  },
  {
    type: 'google_project_service',
    config: { service: 'compute' },
    problem: 'expected compute to be a domain like serviceusage.googleapis.com',
  },
])('$type: $problem', ({ type, config, problem }) => {
  const resource = resources.get(type);

  const problems = resource ? checkConfig(resource, config).map(({ summary, detail }) => detail ?? summary) : [];

  expect(problems).toEqual([problem]);
});

it('says nothing of values that are not known yet', () => {
  const resource = resources.get('google_compute_firewall');

  expect(resource && checkConfig(resource, { name: unknown, priority: unknown, allow: unknown })).toEqual([]);
});

it('terraform shows a mistake where it is, before anything is asked', async () => {
  await using playground = await openPlayground();
  await playground.write({ resource: { google_compute_network: { net: { name: 'Bad_Name' } } } });

  const refusal = await playground.refused('validate');

  expect(refusal).toContain('Error: "name" ("Bad_Name") doesn\'t match regexp');
  expect(refusal).toContain('in resource.google_compute_network.net');
});

it('an attribute that the real provider does not have is refused', async () => {
  await using playground = await openPlayground();
  await playground.write({ resource: { google_compute_network: { net: { name: 'n', auto_create_subnets: false } } } });

  expect(await playground.refused('validate')).toContain('Extraneous JSON object property');
});
