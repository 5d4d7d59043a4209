import { describe, expect, it } from 'vitest';

import type { Fields } from '../../../src/sandbox/provider/field.ts';
import { planBlock, replacedPaths } from '../../../src/sandbox/provider/plan.ts';
import type { Block } from '../../../src/sandbox/provider/schema.ts';
import { unknown } from '../../../src/sandbox/provider/value.ts';
import type { ObjectValue, Value } from '../../../src/sandbox/provider/value.ts';

const rule: Block = {
  attributes: { protocol: { type: 'string', required: true }, index: { type: 'number', computed: true } },
};
const block: Block = {
  attributes: {
    name: { type: 'string', required: true },
    network: { type: 'string', optional: true },
    size: { type: 'number', optional: true },
    mode: { type: 'string', optional: true },
    made: { type: 'string', optional: true, computed: true },
    tags: { type: ['set', 'string'], optional: true },
  },
  block_types: {
    rule: { nesting_mode: 'list', block: rule },
    allow: { nesting_mode: 'set', block: rule },
    range: { nesting_mode: 'list', block: rule },
  },
};
const fields: Fields = {
  name: { replace: true },
  network: { ref: 'projects/{project}/global/networks/{}' },
  size: { replace: (now: Value, before: Value) => Number(now) < Number(before) },
  mode: { default: 'A' },
  'rule.protocol': { replace: true },
  allow: { replace: true },
  range: { computed: true },
};
const empty = {
  name: 'n',
  network: null,
  size: null,
  mode: null,
  made: null,
  tags: null,
  rule: [],
  allow: [],
  range: [],
};

describe('a new resource', () => {
  it('has defaults, and unknown values where Google decides', () => {
    const planned = planBlock(block, fields, { ...empty, rule: [{ protocol: 'tcp', index: null }] }, null);

    expect(planned).toEqual({
      ...empty,
      mode: 'A',
      made: unknown,
      rule: [{ protocol: 'tcp', index: unknown }],
      range: unknown,
    });
  });
});

describe('a resource that exists', () => {
  const prior: ObjectValue = {
    name: 'n',
    network: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/one',
    size: 0,
    mode: 'A',
    made: 'by Google',
    tags: ['a', 'b'],
    rule: [{ protocol: 'tcp', index: 7 }],
    allow: [
      { protocol: 'tcp', index: 1 },
      { protocol: 'udp', index: 2 },
    ],
    range: [{ protocol: 'x', index: 1 }],
  };
  const same: ObjectValue = {
    ...empty,
    network: 'projects/p/global/networks/one',
    tags: ['b', 'a'],
    rule: [{ protocol: 'tcp', index: null }],
    allow: [
      { protocol: 'udp', index: null },
      { protocol: 'tcp', index: null },
    ],
  };

  it('stays as it is where the configuration means the same in other words', () => {
    expect(planBlock(block, fields, same, prior)).toEqual(prior);
  });

  it.each<{ what: string; change: ObjectValue; paths: (string | number)[][] }>([
    { what: 'another name', change: { name: 'm' }, paths: [['name']] },
    { what: 'another network', change: { network: 'two' }, paths: [] },
    { what: 'growth', change: { size: 5 }, paths: [] },
    {
      what: 'another part of a list',
      change: { rule: [{ protocol: 'udp', index: null }] },
      paths: [['rule', 0, 'protocol']],
    },
    {
      what: 'an element more in a list',
      change: { rule: [...(same['rule'] as ObjectValue[]), { protocol: 'x', index: null }] },
      paths: [],
    },
    { what: 'an element less in a set', change: { allow: [{ protocol: 'udp', index: null }] }, paths: [['allow']] },
    { what: 'a list of which a part is not known yet', change: { tags: ['a', unknown] }, paths: [] },
    { what: 'a value that is not known yet', change: { name: unknown }, paths: [['name']] },
  ])('$what: a new resource where that is needed', ({ change, paths }) => {
    const planned = planBlock(block, fields, { ...same, ...change }, prior);

    expect(planned).not.toEqual(prior);
    expect(replacedPaths(block, fields, planned, prior)).toEqual(paths);
  });

  it('shrinking needs a new one, growing does not', () => {
    const large = { ...prior, size: 10 };
    const paths = [5, 20].map((size) =>
      replacedPaths(block, fields, planBlock(block, fields, { ...same, size }, large), large),
    );

    expect(paths).toEqual([[['size']], []]);
  });
});
