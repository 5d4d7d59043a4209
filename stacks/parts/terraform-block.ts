import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import type { GoogleProviderConfig } from '@cdktf/provider-google/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';

import type { Backend } from '../cluster-input.ts';
import { terraformSettings } from './terraform-settings.ts';

/**
 * Adds the `terraform` and `provider` blocks: which Terraform, which provider, where the state lives. The provider is
 * the very version that the bindings were generated from.
 */
export function addTerraformBlock(stack: TerraformStack, backend: Backend, provider: GoogleProviderConfig = {}): void {
  const google = new GoogleProvider(stack, 'google', provider);
  const settings = terraformSettings(backend, google.terraformGeneratorMetadata?.providerVersion);
  for (const [name, value] of Object.entries(settings)) stack.addOverride(`terraform.${name}`, value);
}
