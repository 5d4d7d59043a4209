import { describe, expect, it } from 'vitest';

import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { goldenInputs } from './cluster-inputs.ts';

describe('the Terraform configuration', () => {
  it.each(Object.entries(goldenInputs))('of %s is the one in its golden file', async (name, input) => {
    const { configuration } = vmCluster(input);

    await expect(`${JSON.stringify(configuration, null, 2)}\n`).toMatchFileSnapshot(`../golden/stacks/${name}.tf.json`);
  });

  it('that destroys everything has no resource, no variable and no output', async () => {
    const configuration = emptyCluster({
      kind: 'gcs',
      bucket: 'spani-bucket',
      prefix: 'spani-deployment/terraform/state',
    });

    await expect(`${JSON.stringify(configuration, null, 2)}\n`).toMatchFileSnapshot('../golden/stacks/empty.tf.json');
  });

  it('asks for the same provider whether it makes or destroys', () => {
    const input = goldenInputs['default']!;

    expect(emptyCluster(input.backend)).toMatchObject({
      terraform: (vmCluster(input).configuration as { terraform: object }).terraform,
    });
  });

  it('is the same every time', () => {
    const input = goldenInputs['everything']!;

    expect(JSON.stringify(vmCluster(input))).toBe(JSON.stringify(vmCluster(input)));
  });
});

describe('the variables file', () => {
  it('of everything is the one in its golden file', async () => {
    const { variables } = vmCluster(goldenInputs['everything']!);

    await expect(`${JSON.stringify(variables, null, 2)}\n`).toMatchFileSnapshot(
      '../golden/stacks/everything.tfvars.json',
    );
  });
});
