import type { TerraformStack } from 'cdktf';

import type { SynthesizedStack } from '../cluster-input.ts';
import { forbidForeignTemplates } from './templates.ts';

// In the order in which a Terraform user reads them; cdktf has them in order of appearance.
const blocks = ['terraform', 'provider', 'variable', 'locals', 'resource', 'output'];

/** Turns a stack into plain Terraform JSON, and makes sure that no value of the user became a part of it. */
export function synthesize(stack: TerraformStack, variables: Record<string, unknown>): SynthesizedStack {
  const all = withoutNotes(stack.toTerraform()) as Record<string, unknown>;
  const configuration = Object.fromEntries(blocks.filter((block) => all[block]).map((block) => [block, all[block]]));
  forbidForeignTemplates(configuration);
  return { configuration, variables };
}

/** Leaves out cdktf's notes to itself (`"//"`). */
function withoutNotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, item]) => [key, withoutNotes(item)]),
  );
}
