import type { TerraformStack } from 'cdktf';

/** Adds an output, readable with `terraform output`. */
export function addOutput(stack: TerraformStack, name: string, value: unknown, description: string): void {
  // Not TerraformOutput: it calls util.isArray, for which Node prints a deprecation warning to the user's terminal.
  stack.addOverride(`output.${name}`, { description, value });
}
