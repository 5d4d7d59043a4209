import generated from './schema.generated.json' with { type: 'json' };
import type { ProviderSchema, Schema } from './schema.ts';

const all = generated as unknown as ProviderSchema;

/** The schemas that the embedded provider serves, as extracted from the installed bindings. */
export const schemas = {
  provider: all.provider,
  resources: all.resources,
  dataSources: all.dataSources,
  /** The schema of one resource type; an unknown one is a bug. */
  resource(type: string): Schema {
    return known(all.resources[type], type);
  },
  /** The schema of one data source; an unknown one is a bug. */
  dataSource(type: string): Schema {
    return known(all.dataSources[type], type);
  },
};

function known(schema: Schema | undefined, type: string): Schema {
  if (!schema) throw new Error(`there is no schema of ${type}: add it to schema-facts.json and run the generator`);
  return schema;
}
