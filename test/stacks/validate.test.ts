import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { googleEndpoints } from '../../src/google/endpoints.ts';
import { startProvider } from '../../src/sandbox/provider/provider.ts';
import type { EmbeddedProvider } from '../../src/sandbox/provider/provider.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { goldenInputs } from './cluster-inputs.ts';
import { openTerraformDesk } from './terraform-desk.ts';

describe('the real terraform', () => {
  let provider: EmbeddedProvider;

  beforeAll(async () => {
    // Neither validate nor the first plan reaches out, so there is nobody to talk to and no token to talk with.
    const tokens = { token: () => Promise.resolve('none'), describe: () => Promise.resolve('nobody') };
    provider = await startProvider({ endpoints: googleEndpoints, tokens });
  });
  afterAll(() => provider.close());

  it.each(Object.entries(goldenInputs))('finds %s valid and can plan it', async (_, input) => {
    const { configuration, variables } = vmCluster({ ...input, backend: { kind: 'local', path: 'terraform.tfstate' } });
    await using desk = await openTerraformDesk(provider.environment);
    await desk.write('main.tf.json', configuration);
    await desk.write('tf.auto.tfvars.json', variables);

    await desk.terraform('init');
    const validity = JSON.parse(await desk.terraform('validate', '-json')) as {
      valid: boolean;
      diagnostics: unknown[];
    };
    const plan = await desk.terraform('plan');

    expect(validity).toMatchObject({ valid: true, diagnostics: [] });
    expect(plan).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy\./);
  });
});
