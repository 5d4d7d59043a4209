import type { Backend } from './cluster-input.ts';
import { terraformSettings } from './parts/terraform-settings.ts';

// The version of the bindings, which a test compares: to load them takes longer than all of this run's own work.
const googleVersion = '6.50.0';

/**
 * A configuration with no resource at all: applied to a deployment's state it destroys whatever that holds, so Destroy
 * needs to know nothing of what Create made, and works with any later version of this image. Every run of Terraform
 * begins with it, so it is written out here instead of made with CDKTF, which is then loaded while Terraform starts.
 */
export function emptyCluster(backend: Backend): object {
  return { terraform: terraformSettings(backend, googleVersion), provider: { google: [{}] } };
}
