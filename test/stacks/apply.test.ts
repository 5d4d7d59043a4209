import { describe, expect, it } from 'vitest';

import type { VmClusterInput } from '../../stacks/cluster-input.ts';
import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { clusterInput, goldenInputs } from './cluster-inputs.ts';
import { openTerraformCloud } from './terraform-cloud.ts';
import type { TerraformDesk } from './terraform-desk.ts';

const backend = { kind: 'local', path: 'terraform.tfstate' } as const;

describe('in the sandbox', () => {
  it.each([
    { name: 'default' },
    { name: 'everything' },
    { name: 'family-a3-megagpu' },
    // The zone of the golden files has no such machines, and so no network profile for them.
    { name: 'family-a4x-maxgpu', zone: 'us-central1-b' },
    { name: 'model-flex-start' },
    { name: 'own-service-account' },
  ])(
    '$name is made, is the same when it is applied again, and goes without being described',
    async ({ name, zone }) => {
      const golden = goldenInputs[name] ?? clusterInput();
      const input = zone === undefined ? golden : { ...golden, deployment: { ...golden.deployment, zone } };
      await using cloud = await openTerraformCloud();

      await apply(cloud.desk, input);
      const made = await cloud.names('global/networks');
      const again = await apply(cloud.desk, input);
      await applyEmpty(cloud.desk);

      expect(made).toContain('spani-net');
      expect(again).toContain('No changes.');
      expect(await cloud.names('global/networks')).toEqual(['default']);
      expect(await cloud.desk.terraform('state', 'list')).toBe('');
    },
  );

  it('a cluster with an RDMA network moves to the next zone', async () => {
    const input = clusterInput({ VM_TYPE: 'a3-ultragpu-8g', ZONE: 'us-central1-a,us-central1-b' });
    await using cloud = await openTerraformCloud();

    await apply(cloud.desk, input);
    await apply(cloud.desk, { ...input, deployment: { ...input.deployment, zone: 'us-central1-b' } });

    expect(await cloud.names('global/networks')).toEqual(['default', 'spani-net', 'spani-net-1', 'spani-net-2-b']);
    expect(await cloud.names('zones/us-central1-a/instanceGroupManagers')).toEqual([]);
    expect(await cloud.names('zones/us-central1-b/instanceGroupManagers')).toEqual(['spani-mig']);
  });

  it('files that were copied anew change the template and the group, and no machine', async () => {
    const input = goldenInputs['own-service-account'] ?? clusterInput();
    await using cloud = await openTerraformCloud();

    await apply(cloud.desk, input);
    const machines = await cloud.names('zones/us-central1-a/instances');
    const copied = await apply(cloud.desk, {
      ...input,
      files: input.files && { ...input.files, sha256: 'cd'.repeat(32) },
    });

    expect(copied).toContain('Plan: 1 to add, 1 to change, 1 to destroy.');
    expect(copied).toContain('google_compute_instance_template.machine must be replaced');
    expect(copied).toContain('google_compute_instance_group_manager.machines will be updated in-place');
    expect(await cloud.names('zones/us-central1-a/instances')).toEqual(machines);
  });
});

async function apply(desk: TerraformDesk, input: VmClusterInput): Promise<string> {
  const { configuration, variables } = vmCluster({ ...input, backend });
  await desk.write('main.tf.json', configuration);
  await desk.write('tf.auto.tfvars.json', variables);
  await desk.terraform('init');
  return desk.terraform('apply', '-auto-approve');
}

async function applyEmpty(desk: TerraformDesk): Promise<void> {
  await desk.write('main.tf.json', emptyCluster(backend));
  await desk.write('tf.auto.tfvars.json', {});
  await desk.terraform('apply', '-auto-approve');
}
