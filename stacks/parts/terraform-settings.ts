import type { Backend } from '../cluster-input.ts';

/** The `terraform` block: which Terraform, which provider, where the state lives. */
export function terraformSettings(
  backend: Backend,
  googleVersion: string | undefined,
): Record<string, object | string> {
  return {
    required_providers: { google: { version: googleVersion, source: 'hashicorp/google' } },
    required_version: '>= 1.5.0',
    backend: backendBlock(backend),
  };
}

/** Terraform allows no variables in a backend block, and in JSON evaluates no templates there: values stand as they are. */
function backendBlock({ kind, ...values }: Backend): object {
  return { [kind]: values };
}
