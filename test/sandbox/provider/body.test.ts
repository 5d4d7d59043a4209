import { expect, it } from 'vitest';

import { fromBody, toBody } from '../../../src/sandbox/provider/body.ts';
import type { Fields } from '../../../src/sandbox/provider/field.ts';
import type { Block } from '../../../src/sandbox/provider/schema.ts';
import { unknown } from '../../../src/sandbox/provider/value.ts';
import type { ObjectValue } from '../../../src/sandbox/provider/value.ts';

const block: Block = {
  attributes: {
    self_link: { type: 'string', computed: true },
    network: { type: 'string', optional: true },
    region: { type: 'string', optional: true },
    routing_mode: { type: 'string', optional: true },
    capacity_gb: { type: 'number', optional: true },
    enabled: { type: 'bool', optional: true },
    priority: { type: 'number', optional: true },
    keep: { type: 'bool', optional: true },
    labels: { type: ['map', 'string'], optional: true },
    status: { type: ['list', ['object', { is_stable: 'bool' }]], computed: true },
  },
  block_types: {
    log_config: {
      nesting_mode: 'list',
      max_items: 1,
      block: { attributes: { flow_sampling: { type: 'number', optional: true } } },
    },
    file_shares: {
      nesting_mode: 'list',
      max_items: 1,
      block: { attributes: { name: { type: 'string', required: true } } },
    },
  },
};
const fields: Fields = {
  network: { ref: 'projects/{project}/global/networks/{}' },
  region: { ref: 'projects/{project}/regions/{}', short: true },
  routing_mode: 'routingConfig.routingMode',
  capacity_gb: { text: true },
  priority: { default: 1000 },
  keep: { rest: null },
  file_shares: { list: true },
};
const scope = { project: 'p' };
const values: ObjectValue = {
  self_link: 'x',
  network: 'n',
  region: 'r',
  routing_mode: 'GLOBAL',
  capacity_gb: 1024,
  enabled: false,
  priority: 0,
  keep: true,
  labels: {},
  status: unknown,
  log_config: [{ flow_sampling: 0.5 }],
  file_shares: [{ name: 's' }],
};

it('a new resource is sent without what is empty, but for what would mean a default', () => {
  expect(toBody(block, fields, values, { scope })).toEqual({
    network: 'projects/p/global/networks/n',
    region: 'projects/p/regions/r',
    routingConfig: { routingMode: 'GLOBAL' },
    capacityGb: '1024',
    priority: 0,
    logConfig: { flowSampling: 0.5 },
    fileShares: [{ name: 's' }],
  });
});

it('a change sends what it is asked to, empty or not', () => {
  const only = new Set(['enabled', 'labels', 'log_config', 'network']);

  const body = toBody(block, fields, { ...values, network: null, log_config: [] }, { scope, only, empties: true });

  expect(body).toEqual({ enabled: false, labels: {}, logConfig: null, network: '' });
});

it('an answer becomes the state that the schema describes', () => {
  const answer = {
    selfLink: 'https://x',
    network: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
    region: 'https://www.googleapis.com/compute/v1/projects/p/regions/r',
    routingConfig: { routingMode: 'GLOBAL' },
    capacityGb: '1024',
    priority: 1000,
    status: { isStable: true },
    logConfig: { flowSampling: 0.5 },
    fileShares: [{ name: 's' }],
    novelty: 'of a later version of the API',
  };

  expect(fromBody(block, fields, answer, values)).toEqual({
    self_link: 'https://x',
    network: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
    region: 'r',
    routing_mode: 'GLOBAL',
    capacity_gb: 1024,
    enabled: false,
    priority: 1000,
    keep: true,
    labels: {},
    status: [{ is_stable: true }],
    log_config: [{ flow_sampling: 0.5 }],
    file_shares: [{ name: 's' }],
  });
});

it.each([
  { what: 'a number as text', id: '123', read: 123 },
  { what: 'a number that no double holds', id: '1795358914314000001', read: 1_795_358_914_314_000_001n },
])('reads $what', ({ id, read }) => {
  const numbers: Block = { attributes: { id: { type: 'number', computed: true } } };

  expect(fromBody(numbers, {}, { id }, null)['id']).toBe(read);
});
