import { describe, expect, it } from 'vitest';

import { fieldAt } from '../../../src/sandbox/provider/field.ts';
import type { Block } from '../../../src/sandbox/provider/schema.ts';
import { schemas } from '../../../src/sandbox/provider/schemas.ts';
import { dataSources, resources } from '../../../src/sandbox/provider/served.ts';
import { openPlayground } from './_playground.ts';
import { realProvider } from './_providers.ts';

const address = 'registry.terraform.io/hashicorp/google';

it('every served type has a schema, and every schema is served', () => {
  expect([...resources.keys()].toSorted()).toEqual(Object.keys(schemas.resources).toSorted());
  expect([...dataSources.keys()].toSorted()).toEqual(Object.keys(schemas.dataSources).toSorted());
});

it.each([...resources.values()])('every field of $type is an attribute or block of its schema', ({ type, fields }) => {
  const known = new Set(pathsOf(schemas.resource(type).block));

  expect(Object.keys(fields).filter((path) => !known.has(path))).toEqual([]);
});

it.each([...resources.values()])('the defaults of $type pass its own checks', ({ fields }) => {
  const wrong = Object.keys(fields).flatMap((path) => {
    const { default: value, check } = fieldAt(fields, path);
    return value === undefined ? [] : (check?.(value, path) ?? []);
  });

  expect(wrong).toEqual([]);
});

describe('terraform providers schema -json', () => {
  it('shows what is served', async () => {
    const { resource_schemas: shown } = await shownSchema();

    expect(Object.keys(shown)).toHaveLength(resources.size);
    expect(shown['google_compute_firewall']).toMatchObject({
      version: 1,
      block: { block_types: { allow: { nesting_mode: 'set' }, timeouts: { nesting_mode: 'single' } } },
    });
  });

  // Descriptions are not served: nobody reads them here.
  it.skipIf(realProvider === undefined)(
    'is the same as with the real provider (skipped where that is not installed)',
    async () => {
      const ours = await shownSchema();
      const theirs = await shownSchema(realProvider);
      const pick = (of: Record<string, unknown>, names: string[]): object =>
        Object.fromEntries(names.map((name) => [name, withoutWords(of[name])]));

      expect(pick(theirs.resource_schemas, [...resources.keys()])).toEqual(
        pick(ours.resource_schemas, [...resources.keys()]),
      );
      expect(pick(theirs.data_source_schemas, [...dataSources.keys()])).toEqual(
        pick(ours.data_source_schemas, [...dataSources.keys()]),
      );
      expect(withoutWords(theirs.provider)).toEqual(withoutWords(ours.provider));
    },
  );
});

interface ShownSchemas {
  provider: unknown;
  resource_schemas: Record<string, unknown>;
  data_source_schemas: Record<string, unknown>;
}

async function shownSchema(real?: string): Promise<ShownSchemas> {
  await using playground = await openPlayground(real === undefined ? {} : { real });
  await playground.write({});
  const shown = JSON.parse(await playground.succeed('providers', 'schema', '-json')) as {
    provider_schemas: Record<string, ShownSchemas>;
  };
  const schema = shown.provider_schemas[address];
  if (!schema) throw new Error(`terraform shows no schema of ${address}`);
  return schema;
}

/** Attributes called `description` are objects and stay. */
function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  const isBlockOrAttribute = 'attributes' in value || 'block_types' in value || 'description_kind' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => !(isBlockOrAttribute && name.startsWith('description') && typeof item === 'string'))
      .map(([name, item]) => [name, withoutWords(item)]),
  );
}

function pathsOf(block: Block, path = ''): string[] {
  const nested = Object.entries(block.block_types ?? {});
  return [
    ...Object.keys(block.attributes).map((name) => path + name),
    ...nested.flatMap(([name, { block: inner }]) => [path + name, ...pathsOf(inner, `${path}${name}.`)]),
  ];
}
