import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

import type { Block, Schema } from './schema.ts';
import { unknown } from './value.ts';
import type { Value } from './value.ts';

/** How values travel: MessagePack from both sides, JSON only for states read back from the state file. */
export interface DynamicValue {
  msgpack?: Uint8Array | undefined;
  json?: Uint8Array | undefined;
}

// Terraform's two extensions of MessagePack: 0 is an unknown value, 12 an unknown value with refinements (its prefix, its
// length …): https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md
const extensions = new ExtensionCodec();
extensions.register({
  type: 0,
  encode: (value: unknown) => (value === unknown ? new Uint8Array([0]) : null),
  decode: () => unknown,
});
extensions.register({ type: 12, encode: () => null, decode: () => unknown });

/** Reads a value that came over the wire; a missing one is null. */
export function decodeValue(wire: DynamicValue | null | undefined): Value {
  if (wire?.msgpack && wire.msgpack.length > 0) {
    // Texts as their bytes: the package's own reader drops a byte order mark at the beginning of a long one.
    const options = { extensionCodec: extensions, useBigInt64: true, rawStrings: true };
    return narrow(decode(wire.msgpack, options) as WireValue);
  }
  if (wire?.json && wire.json.length > 0) return JSON.parse(Buffer.from(wire.json).toString()) as Value;
  return null;
}

/** Writes a value for the wire. */
export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: extensions, useBigInt64: true }) };
}

/** A schema in the protocol's words. */
export function encodeSchema(schema: Schema): object {
  return { version: schema.version, block: { version: schema.version, ...encodeBlock(schema.block) } };
}

function encodeBlock(block: Block): object {
  const nesting = { single: 1, list: 2, set: 3 };
  return {
    attributes: Object.entries(block.attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      ...flags,
    })),
    block_types: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      type_name: name,
      block: encodeBlock(nested.block),
      nesting: nesting[nested.nesting_mode],
      min_items: nested.min_items ?? 0,
      max_items: nested.max_items ?? 0,
    })),
  };
}

type WireValue = Value | Uint8Array | WireValue[] | { [name: string]: WireValue };

/** 64-bit integers come as bigint whatever their size; those a number can hold become numbers. Texts come as bytes. */
function narrow(value: WireValue): Value {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(narrow);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, narrow(item)]));
}
