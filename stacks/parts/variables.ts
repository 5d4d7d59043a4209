import { TerraformVariable, Token } from 'cdktf';
import type { TerraformStack } from 'cdktf';

/**
 * The Terraform variables of a stack. Declaring one also records its value, so that the block and the variables file
 * cannot differ. What is handed back is a reference (`${var.name}`), never the value.
 */
export interface Variables {
  /** What is sensitive is left out of everything that Terraform prints. */
  text(name: string, value: string, description: string, sensitive?: boolean): string;
  number(name: string, value: number, description: string): number;
  texts(name: string, value: readonly string[], description: string): string[];
  textMap(
    name: string,
    value: Readonly<Record<string, string>>,
    description: string,
    sensitive?: boolean,
  ): Record<string, string>;
  /** A list of objects whose fields have the given Terraform types. */
  table<Row extends object>(
    name: string,
    types: Readonly<Record<keyof Row & string, 'string' | 'number'>>,
    rows: readonly Row[],
    description: string,
  ): Table<Row>;
  /** Name → value, for the variables file. */
  values: Record<string, unknown>;
}

/** References to the fields of a list of objects; rows count from 0. */
interface Table<Row> {
  text(row: number, field: keyof Row & string): string;
  number(row: number, field: keyof Row & string): number;
}

/** Opens the set of variables of `stack`, empty at first. None has a default: a value that is missing is an error. */
export function declareVariables(stack: TerraformStack): Variables {
  const values: Record<string, unknown> = {};

  function declare(name: string, type: string, value: unknown, description: string, sensitive?: boolean) {
    values[name] = value;
    const variable = new TerraformVariable(stack, `variable-${name}`, {
      type,
      description,
      nullable: false,
      sensitive,
    });
    variable.overrideLogicalId(name);
    return variable;
  }

  return {
    values,
    text: (name, value, description, sensitive) => declare(name, 'string', value, description, sensitive).stringValue,
    number: (name, value, description) => declare(name, 'number', value, description).numberValue,
    texts: (name, value, description) => declare(name, 'list(string)', value, description).listValue,
    textMap: (name, value, description, sensitive) =>
      declare(name, 'map(string)', value, description, sensitive).value as Record<string, string>,
    table(name, types, rows, description) {
      const fields = Object.entries(types).map(([field, type]) => `${field} = ${String(type)}`);
      declare(name, `list(object({ ${fields.join(', ')} }))`, rows, description);
      const reference = (row: number, field: string) => `\${var.${name}[${row}].${field}}`;
      return { text: reference, number: (row, field) => Token.asNumber(reference(row, field)) };
    },
  };
}
