import facts from '../src/sandbox/provider/schema-facts.json' with { type: 'json' };
import type { Attribute, Block, ProviderSchema, Schema } from '../src/sandbox/provider/schema.ts';
import { readBindings } from './provider-bindings.ts';

/** Facts about one type that the bindings drop; paths are dotted names of attributes and blocks. */
interface Facts {
  version?: number;
  sensitive?: string[];
  deprecated?: string[];
  max_items?: Record<string, number>;
}

/** Reads the schemas of all types named in schema-facts.json from the installed bindings of the google provider. */
export function extractProviderSchema(): ProviderSchema {
  const provider = schemaOf('provider', {});
  delete provider.block.attributes.alias;
  return {
    provider,
    resources: mapValues(facts.resources, (of, type) => schemaOf(type.replace('google_', ''), of)),
    dataSources: mapValues(facts.dataSources, (of, type) => schemaOf(`data_${type}`, of)),
  };
}

/** The file's text: one attribute a line, so that a new version of the provider shows as a readable difference. */
export function render(schema: ProviderSchema): string {
  return `${JSON.stringify(schema, undefined, 1).replaceAll(/\{\n\s+"type"[^{}]*\}/g, (attribute) => JSON.stringify(JSON.parse(attribute)))}\n`;
}

function schemaOf(module: string, of: Facts): Schema {
  const schema: Schema = { version: of.version ?? 0, block: readBindings(module) };
  for (const path of of.sensitive ?? []) attributeAt(schema.block, path).sensitive = true;
  for (const path of of.deprecated ?? []) attributeAt(schema.block, path).deprecated = true;
  for (const [path, items] of Object.entries(of.max_items ?? {})) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const nested = names.reduce(blockIn, schema.block).block_types?.[last];
    if (!nested) throw new Error(`no block at ${path}`);
    nested.max_items = items;
  }
  return schema;
}

function attributeAt(block: Block, path: string): Attribute {
  const names = path.split('.');
  const attribute = names.slice(0, -1).reduce(blockIn, block).attributes[names.at(-1) ?? ''];
  if (!attribute) throw new Error(`no attribute at ${path}`);
  return attribute;
}

function blockIn(block: Block, name: string): Block {
  const nested = block.block_types?.[name];
  if (!nested) throw new Error(`no block ${name}`);
  return nested.block;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, make: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
}
