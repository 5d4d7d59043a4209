/** A type of Terraform's type system, in the JSON form that the plugin protocol uses. */
export type Cty =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | ['list' | 'set' | 'map', Cty]
  | ['object', Record<string, Cty>];

/** One attribute, in the words of `terraform providers schema -json`. */
export interface Attribute {
  type: Cty;
  required?: true;
  optional?: true;
  computed?: true;
  sensitive?: true;
  deprecated?: true;
}

/** A block inside a block. */
export interface NestedBlock {
  nesting_mode: 'single' | 'list' | 'set';
  block: Block;
  min_items?: number;
  max_items?: number;
}

/** Attributes and nested blocks by name. */
export interface Block {
  attributes: Record<string, Attribute>;
  block_types?: Record<string, NestedBlock>;
}

/** The schema of one resource type, data source or provider. */
export interface Schema {
  version: number;
  block: Block;
}

/** Everything the embedded provider serves. */
export interface ProviderSchema {
  provider: Schema;
  resources: Record<string, Schema>;
  dataSources: Record<string, Schema>;
}
