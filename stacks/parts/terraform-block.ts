import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import type { GoogleProviderConfig } from '@cdktf/provider-google/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';

import type { Backend } from '../cluster-input.ts';

/**
 * Adds the `terraform` and `provider` blocks: which Terraform, which provider, where the state lives. The provider is
 * the very version that the bindings were generated from.
 */
export function addTerraformBlock(stack: TerraformStack, backend: Backend, provider: GoogleProviderConfig = {}): void {
  const google = new GoogleProvider(stack, 'google', provider);
  stack.addOverride('terraform.required_version', '>= 1.5.0');
  stack.addOverride('terraform.required_providers.google', {
    source: 'hashicorp/google',
    version: google.terraformGeneratorMetadata?.providerVersion,
  });
  stack.addOverride('terraform.backend', backendBlock(backend));
}

/** Terraform allows no variables in a backend block, and in JSON evaluates no templates there: values stand as they are. */
function backendBlock({ kind, ...values }: Backend): object {
  return { [kind]: values };
}
