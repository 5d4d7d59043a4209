import { describe, expect, it } from 'vitest';

import { parseDrift } from '../../src/terraform/plan.ts';

function drifted(before: object | null, after: object | null, actions = ['update']): string[] {
  const change = { actions, before, after };
  const resource = {
    address: 'google_compute_firewall.ssh',
    mode: 'managed',
    type: 'google_compute_firewall',
    name: 'ssh',
    change,
  };
  return parseDrift(JSON.stringify({ resource_drift: [resource] })).map(({ address }) => address);
}

describe('what a refresh finds', () => {
  it.each([
    ['a list that was left out reads back empty', { source_tags: null }, { source_tags: [] }],
    [
      'the same inside a block',
      { disk: [{ resource_policies: null, size: 10 }] },
      { disk: [{ resource_policies: [], size: 10 }] },
    ],
    ['the policy that a member is part of has a new etag', { role: 'r', etag: 'A' }, { role: 'r', etag: 'B' }],
    ['the machines of a group have come up', { status: [{ is_stable: false }] }, { status: [{ is_stable: true }] }],
    ['keys in another order', { labels: { a: '1', b: '2' } }, { labels: { b: '2', a: '1' } }],
  ])('is no drift: %s', (_, before, after) => {
    expect(drifted(before, after)).toEqual([]);
  });

  it.each([
    ['a range that somebody opened', { source_ranges: ['35.235.240.0/20'] }, { source_ranges: ['0.0.0.0/0'] }],
    ['a switch that somebody turned off', { enable: true }, { enable: false }],
    ['a list that somebody emptied', { tags: ['a'] }, { tags: [] }],
  ])('is drift: %s', (_, before, after) => {
    expect(drifted(before, after)).toEqual(['google_compute_firewall.ssh']);
  });

  it('is drift when the resource is gone', () => {
    expect(drifted({ name: 'x' }, null, ['delete'])).toEqual(['google_compute_firewall.ssh']);
  });
});
