import { describe, expect, it } from 'vitest';

import { planNetworks } from '../../stacks/parts/network-plan.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { clusterInput, copiedFiles } from './cluster-inputs.ts';

type Block = Record<string, unknown>;
type Environment = Record<string, string>;
interface Terms {
  env: Environment;
  model: string;
  restart: boolean;
  end: string | undefined;
  affinity: string | undefined;
}

function resources(...input: Parameters<typeof clusterInput>): Record<string, Record<string, Block>> {
  return (vmCluster(clusterInput(...input)).configuration as { resource: Record<string, Record<string, Block>> })
    .resource;
}

function machine(...input: Parameters<typeof clusterInput>): Block {
  return resources(...input)['google_compute_instance_template']?.['machine'] ?? {};
}

describe('networks', () => {
  it.each([
    { type: 'a2-highgpu-8g', networks: 1, nics: 'GVNIC' },
    { type: 'a3-highgpu-8g', networks: 5, nics: 'GVNIC*5' },
    { type: 'a3-megagpu-8g', networks: 9, nics: 'GVNIC*9' },
    { type: 'a3-ultragpu-8g', networks: 3, nics: 'GVNIC*2 MRDMA*8' },
    { type: 'a4-highgpu-8g', networks: 3, nics: 'GVNIC*2 MRDMA*8' },
    { type: 'a4x-highgpu-4g', networks: 3, nics: 'GVNIC*2 MRDMA*4' },
    { type: 'a4x-maxgpu-4g-metal', networks: 3, nics: 'any*2 MRDMA*8' },
    { type: 'e2-standard-4', networks: 1, nics: 'any' },
  ])('of $type are $networks, its interfaces $nics', ({ type, networks, nics }) => {
    const made = resources({ VM_TYPE: type });
    const interfaces = machine({ VM_TYPE: type })['network_interface'] as Block[];

    expect(Object.keys(made['google_compute_network'] ?? {})).toHaveLength(networks);
    expect(counted(interfaces.map((nic) => String(nic['nic_type'] ?? 'any')))).toBe(nics);
  });

  it('are none of ours in the default network, which gets no NAT either', () => {
    const made = resources({ NETWORK_CONFIG: 'default_network' });

    expect(Object.keys(made)).not.toContain('google_compute_network');
    expect(Object.keys(made)).not.toContain('google_compute_router_nat');
    expect(machine({ NETWORK_CONFIG: 'default_network' })).toMatchObject({
      network_interface: [{ network: 'default' }],
    });
  });

  it('that carry RDMA take no firewall rules', () => {
    const rules = resources({ VM_TYPE: 'a3-ultragpu-8g' })['google_compute_firewall'] ?? {};

    expect(Object.keys(rules)).toEqual(['internal', 'internal_1', 'ssh']);
  });

  it.each([
    { type: 'a2-highgpu-8g', mtu: [8896] },
    { type: 'a3-highgpu-8g', mtu: [8244, 8244, 8244, 8244, 8244] },
    { type: 'a3-ultragpu-8g', mtu: [8896, 8896, 8896] },
    { type: 'a4x-maxgpu-4g-metal', mtu: [4096, 4096, undefined] },
  ])('of $type have frames of $mtu bytes', ({ type, mtu }) => {
    expect(planNetworks(clusterInput({ VM_TYPE: type })).map((network) => network.mtu)).toEqual(mtu);
  });
});

describe('the terms of a machine', () => {
  it.each<Terms>([
    { env: {}, model: 'STANDARD', restart: true, end: undefined, affinity: undefined },
    { env: { MAX_RUN_DURATION: '36h' }, model: 'STANDARD', restart: false, end: 'DELETE', affinity: undefined },
    { env: { PROVISIONING_MODEL: 'spot' }, model: 'SPOT', restart: false, end: 'DELETE', affinity: undefined },
    {
      env: { PROVISIONING_MODEL: 'flex-start' },
      model: 'FLEX_START',
      restart: false,
      end: 'DELETE',
      affinity: 'NO_RESERVATION',
    },
    {
      env: { RESERVATION_NAME: 'winter' },
      model: 'STANDARD',
      restart: true,
      end: undefined,
      affinity: 'SPECIFIC_RESERVATION',
    },
    {
      env: { RESERVATION_NAME: 'winter', VM_TYPE: 'a4-highgpu-8g' },
      model: 'RESERVATION_BOUND',
      restart: true,
      end: 'DELETE',
      affinity: 'SPECIFIC_RESERVATION',
    },
  ])('with $env are $model', ({ env, model, restart, end, affinity }) => {
    const { scheduling, reservation_affinity: reservation } = machine(env) as Record<string, Block | undefined>;

    expect(scheduling).toMatchObject({ provisioning_model: model, automatic_restart: restart });
    expect(scheduling?.['instance_termination_action']).toBe(end);
    expect(reservation?.['type']).toBe(affinity);
  });

  it('let a CPU machine move to another host, unless it is on spare capacity', () => {
    expect(machine({ VM_TYPE: 'e2-standard-4' })).toMatchObject({ scheduling: { on_host_maintenance: 'MIGRATE' } });
    expect(machine({ VM_TYPE: 'e2-standard-4', PROVISIONING_MODEL: 'spot' })).toMatchObject({
      scheduling: { on_host_maintenance: 'TERMINATE' },
    });
  });

  it('with flex-start are waited for by a request, and the size of the group is left alone', () => {
    const made = resources({ PROVISIONING_MODEL: 'flex-start', INSTANCE_COUNT: '4' });

    expect(made['google_compute_resize_request']).toMatchObject({ request: { resize_by: '${var.machine_count}' } });
    expect(made['google_compute_instance_group_manager']).toMatchObject({
      machines: { target_size: 0, lifecycle: { ignore_changes: ['target_size'] } },
    });
  });
});

describe('placement', () => {
  it.each<{ name: string; env: Environment; policies: string[] }>([
    { name: 'is compact for several machines that can be', env: { INSTANCE_COUNT: '2' }, policies: ['placement'] },
    { name: 'is not made for one machine', env: {}, policies: [] },
    { name: 'is not made when nobody wants it', env: { INSTANCE_COUNT: '2', PLACEMENT: 'none' }, policies: [] },
    { name: "is the reservation's own", env: { INSTANCE_COUNT: '2', RESERVATION_NAME: 'winter' }, policies: [] },
    {
      name: 'of an NVLink domain is a workload policy',
      env: { INSTANCE_COUNT: '2', VM_TYPE: 'a4x-highgpu-4g', RESERVATION_NAME: 'winter' },
      policies: ['workload'],
    },
  ])('$name', ({ env, policies }) => {
    expect(Object.keys(resources(env)['google_compute_resource_policy'] ?? {})).toEqual(policies);
  });

  it('of a reservation that has a policy is that policy', () => {
    const env = { INSTANCE_COUNT: '2', RESERVATION_NAME: 'winter' };

    expect(machine(env, { reservationPolicy: 'winter-policy' })).toMatchObject({
      resource_policies: ['${var.reservation_policy}'],
    });
  });
});

describe('local SSDs', () => {
  it('that were asked for are attached, those of the machine type come by themselves', () => {
    const disks = (env: Record<string, string>) =>
      (machine(env)['disk'] as Block[]).map((disk) => disk['type'] ?? 'BOOT');

    expect(counted(disks({ LOCAL_SSD_COUNT: '4' }))).toBe('BOOT SCRATCH*4');
    expect(counted(disks({ VM_TYPE: 'a3-highgpu-8g' }))).toBe('BOOT');
  });
});

describe('the identity of the machines', () => {
  it('may write logs and metrics, read the copied files and use the mounted buckets', () => {
    const made = resources(
      { COPY_DIR_PATH: '/opt/code', GCS_MOUNT_LIST: 'data:/data,data:/again' },
      { files: copiedFiles },
    );

    expect(roles(made['google_project_iam_member'])).toEqual([
      'roles/logging.logWriter',
      'roles/monitoring.metricWriter',
    ]);
    expect(roles(made['google_storage_bucket_iam_member'])).toEqual([
      'roles/storage.objectViewer',
      'roles/storage.objectUser',
    ]);
    expect(made['google_storage_bucket_iam_member']?.['files']).toHaveProperty('condition.expression');
  });

  it('may write logs and metrics only where the Ops Agent does', () => {
    const made = resources({ ENABLE_OPS_AGENT: 'no' });

    expect(Object.keys(made)).not.toContain('google_project_iam_member');
  });

  it('may ask who its peers are only with Ray', () => {
    const made = resources({ ORCHESTRATOR_TYPE: 'ray' });

    expect(roles(made['google_project_iam_member'])).toContain('roles/compute.viewer');
  });

  it("is the user's where one is named, and gets only what nobody else can have given it", () => {
    const made = resources(
      {
        SERVICE_ACCOUNT: 'trainer@supercomputer-testing.iam.gserviceaccount.com',
        COPY_DIR_PATH: '/opt/code',
        GCS_MOUNT_LIST: 'data:/data',
      },
      { files: copiedFiles },
    );

    expect(Object.keys(made)).not.toContain('google_service_account');
    expect(Object.keys(made)).not.toContain('google_project_iam_member');
    expect(Object.keys(made['google_storage_bucket_iam_member'] ?? {})).toEqual(['files']);
  });
});

function roles(grants: Record<string, Block> | undefined): unknown[] {
  return Object.values(grants ?? {}).map((grant) => grant['role']);
}

/** `['a', 'b', 'b']` → `a b*2` */
function counted(words: readonly unknown[]): string {
  const groups = Map.groupBy(words.map(String), (word) => word);
  return [...groups].map(([word, all]) => (all.length === 1 ? word : `${word}*${all.length}`)).join(' ');
}
