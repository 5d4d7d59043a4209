import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import type { Backend } from './cluster-input.ts';
import { synthesize } from './parts/synthesis.ts';
import { addTerraformBlock } from './parts/terraform-block.ts';

/**
 * A configuration with no resource at all: applied to a deployment's state it destroys whatever that holds, so Destroy
 * needs to know nothing of what Create made, and works with any later version of this image.
 */
export function emptyCluster(backend: Backend): object {
  const stack = new TerraformStack(new Construct(undefined as never, ''), 'empty-cluster');
  addTerraformBlock(stack, backend);
  return synthesize(stack, {}).configuration;
}
