import {
  array,
  assert,
  boolean,
  constant,
  dictionary,
  double,
  letrec,
  maxSafeInteger,
  oneof,
  property,
  string,
} from 'fast-check';
import { expect, it } from 'vitest';

import { decodeValue, encodeSchema, encodeValue } from '../../../src/sandbox/provider/codec.ts';
import { unknown } from '../../../src/sandbox/provider/value.ts';
import type { Value } from '../../../src/sandbox/provider/value.ts';

it.each<{ what: string; bytes: number[]; value: Value }>([
  { what: 'null', bytes: [0xc0], value: null },
  { what: 'an unknown value', bytes: [0xd4, 0x00, 0x00], value: unknown },
  {
    what: 'an unknown value of which the beginning is known',
    bytes: [0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2],
    value: unknown,
  },
  { what: 'a small number in eight bytes', bytes: [0xd3, 0, 0, 0, 0, 0, 0, 0, 5], value: 5 },
  {
    what: 'a number that only eight bytes hold',
    bytes: [0xcf, 0x18, 0xea, 0, 0, 0, 0, 0, 1],
    value: 0x18_ea_00_00_00_00_00_01n,
  },
])('reads $what', ({ bytes, value }) => {
  expect(decodeValue({ msgpack: Uint8Array.from(bytes) })).toBe(value);
});

it('reads a long text that begins with a byte order mark as it is', () => {
  const text = `\ufeff${'x'.repeat(300)}`;

  expect(decodeValue(encodeValue({ text }))).toEqual({ text });
});

it('writes unknown values in the form without refinements, wherever they are', () => {
  const { msgpack } = encodeValue({ a: unknown, b: [unknown] });

  expect(Buffer.from(msgpack ?? []).toString('hex')).toBe('82a161d40000a16291d40000');
});

it('reads what it wrote', () => {
  const { value } = letrec<{ value: Value }>((tie) => ({
    value: oneof(
      { maxDepth: 4 },
      constant(null),
      constant(unknown as Value),
      boolean(),
      maxSafeInteger(),
      // Terraform's numbers have no negative zero.
      double({ noNaN: true, noDefaultInfinity: true }).map((number) => number || 0),
      string({ unit: 'grapheme' }),
      array(tie('value')),
      dictionary(string(), tie('value'), { noNullPrototype: true }),
    ),
  }));

  assert(
    property(value, (written) => {
      expect(decodeValue(encodeValue(written))).toEqual(written);
    }),
  );
});

it('a state from the state file comes as JSON', () => {
  expect(decodeValue({ json: Buffer.from('{"name":"n"}') })).toEqual({ name: 'n' });
});

it('writes a schema in the words of the protocol', () => {
  const attributes = { name: { type: 'string' as const, required: true as const } };
  const nested = { nesting_mode: 'set' as const, max_items: 1, block: { attributes: {} } };

  const schema = encodeSchema({ version: 3, block: { attributes, block_types: { inner: nested } } });

  expect(schema).toEqual({
    version: 3,
    block: {
      version: 3,
      attributes: [{ name: 'name', type: Buffer.from('"string"'), required: true }],
      block_types: [
        { type_name: 'inner', nesting: 3, min_items: 0, max_items: 1, block: { attributes: [], block_types: [] } },
      ],
    },
  });
});
