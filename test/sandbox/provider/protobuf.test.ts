import { array, assert, boolean, dictionary, maxSafeNat, property, record, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { protobuf } from '../../../src/sandbox/provider/protobuf.ts';

const { encode, decode } = protobuf({
  Test: { a: 'int32 1', b: 'string 2', c: 'Test 3', f: 'repeated Test 6', on: 'bool 7' },
  All: {
    text: 'string 1',
    bytes: 'bytes 2',
    number: 'int64 3',
    yes: 'bool 4',
    texts: 'repeated string 5',
    inner: 'repeated All 16',
    byName: 'map<string,All> 2047',
  },
});

// https://protobuf.dev/programming-guides/encoding/ has the first three.
const examples = [
  { message: { a: 150 }, hex: '089601' },
  { message: { b: 'testing' }, hex: '120774657374696e67' },
  { message: { c: { a: 150 } }, hex: '1a03089601' },
  { message: { on: true, f: [{ a: 1 }, {}] }, hex: '3202080132003801' },
];

describe('protocol buffers', () => {
  it.each(examples)('$hex is $message', ({ message, hex }) => {
    expect(encode('Test', message).toString('hex')).toBe(hex);
    expect(decode('Test', Buffer.from(hex, 'hex'))).toEqual(message);
  });

  it('come back as they were', () => {
    const bytes = uint8Array().map((all) => Buffer.from(all));
    const leaf = record({ text: string(), bytes, number: maxSafeNat(), yes: boolean() });
    const node = record({
      text: string(),
      texts: array(string(), { minLength: 1 }),
      inner: array(leaf, { minLength: 1 }),
      byName: dictionary(string(), leaf, { minKeys: 1 }),
    });

    assert(
      property(node, (message) => {
        expect(decode('All', encode('All', message))).toEqual(message);
      }),
    );
  });

  it('are read past fields that nobody knows', () => {
    const unknown = ['2a03616263', '209601', '390102030405060708', '4d01020304'].join('');

    expect(decode('Test', Buffer.from(`${unknown}089601`, 'hex'))).toEqual({ a: 150 });
  });

  it.each(['08', '0896', '1207', '12077465', '0b'])('are refused when they are cut off: %s', (hex) => {
    expect(() => decode('Test', Buffer.from(hex, 'hex'))).toThrow(RangeError);
  });
});
