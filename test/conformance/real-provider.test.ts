import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';
import type { Session } from './session.ts';
import { openTerraform, realProvider } from './terraform.ts';

if (!realProvider) console.log('hashicorp/google 6.50.0 is not installed: its conformance test is skipped');

const minutes = 60_000;

describe.skipIf(!realProvider)("Terraform's real google provider", () => {
  it(
    'makes every type of a VM cluster, sees no drift, changes it, and takes it away',
    { timeout: 10 * minutes },
    async () => {
      // The provider asks once after the request and then every ten seconds: operations end at once here.
      const session = await openSession({ latency: 0, project: 'bench-project' });
      const { terraform, write } = await openTerraform(session);
      await write(cluster());
      await terraform('init');

      await terraform('apply', '-auto-approve', '-parallelism=64');
      const first = await terraform('plan');
      const machines = await machinesOf(session);
      await write(cluster({ size: 3, note: 'two', labels: { team: 'b' } }));
      await terraform('apply', '-auto-approve', '-parallelism=64');
      const second = await terraform('plan');
      const grown = await machinesOf(session);
      await terraform('destroy', '-auto-approve', '-parallelism=64');

      expect(first).toContain('No changes');
      expect(machines).toHaveLength(3);
      expect(second).toContain('No changes');
      expect(grown).toHaveLength(4);
      expect(leftovers(session)).toEqual([]);
    },
  );
});

async function machinesOf({ call }: Session): Promise<unknown[]> {
  const { body } = await call('GET', '/compute/v1/projects/bench-project/zones/us-central1-a/instances');
  return body.items ?? [];
}

function leftovers({ world }: Session): string[] {
  const kinds = [
    'instances',
    'instanceGroupManagers',
    'instanceTemplates',
    'disks',
    'addresses',
    'routers',
    'resourcePolicies',
    'filestoreInstances',
    'dashboards',
    'networks',
    'firewalls',
    'subnetworks',
    'serviceAccounts',
  ];
  const found = kinds.flatMap((kind) => Array.from(world.store.entries(kind), ([key]) => `${kind} ${key}`));
  // A project's own beginnings: the default network and the default service account.
  return found.filter((line) => !/\/default$|\/default-allow-|-compute@developer/.test(line));
}

function cluster({ size = 2, note = 'one', labels = { team: 'a' } } = {}): object {
  const image = 'projects/debian-cloud/global/images/family/debian-12';
  return {
    data: {
      google_project: { project: {} },
      google_compute_zones: { zones: {} },
      google_compute_image: { image: { family: 'debian-12', project: 'debian-cloud' } },
    },
    resource: {
      google_compute_network: {
        net: { name: 'r-net', auto_create_subnetworks: false, mtu: 8896, description: 'cluster-provision r' },
      },
      google_compute_subnetwork: {
        sub: {
          name: 'r-sub',
          network: '${google_compute_network.net.id}',
          ip_cidr_range: '10.0.0.0/16',
          private_ip_google_access: true,
        },
      },
      google_compute_firewall: {
        internal: {
          name: 'r-internal',
          network: '${google_compute_network.net.id}',
          source_ranges: ['10.0.0.0/16'],
          allow: [{ protocol: 'tcp' }, { protocol: 'icmp' }],
          description: note,
        },
      },
      google_compute_router: {
        router: { name: 'r-router', network: '${google_compute_network.net.id}', description: note },
      },
      google_compute_router_nat: {
        nat: {
          name: 'r-nat',
          router: '${google_compute_router.router.name}',
          nat_ip_allocate_option: 'AUTO_ONLY',
          source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
        },
      },
      google_compute_address: { address: { name: 'r-address', labels } },
      google_compute_disk: { disk: { name: 'r-disk', zone: 'us-central1-a', size: 20, type: 'pd-ssd', labels } },
      google_compute_resource_policy: {
        placement: { name: 'r-placement', group_placement_policy: [{ collocation: 'COLLOCATED' }] },
      },
      google_service_account: { sa: { account_id: 'r-machines', display_name: note } },
      google_project_iam_member: {
        logs: {
          project: 'bench-project',
          role: 'roles/logging.logWriter',
          member: '${google_service_account.sa.member}',
        },
      },
      google_project_service: { file: { service: 'file.googleapis.com', disable_on_destroy: false } },
      google_compute_instance_template: {
        template: {
          name_prefix: 'r-',
          machine_type: 'a2-highgpu-2g',
          labels,
          tags: ['r'],
          metadata: { 'enable-oslogin': 'TRUE', 'startup-script': '#!/bin/bash\necho ${"$"}{HOME}' },
          disk: [{ source_image: image, boot: true, auto_delete: true, disk_size_gb: 200, disk_type: 'pd-ssd' }],
          network_interface: [{ subnetwork: '${google_compute_subnetwork.sub.id}', nic_type: 'GVNIC' }],
          service_account: [{ email: '${google_service_account.sa.email}', scopes: ['cloud-platform'] }],
          guest_accelerator: [{ type: 'nvidia-tesla-a100', count: 2 }],
          scheduling: [
            {
              on_host_maintenance: 'TERMINATE',
              automatic_restart: false,
              provisioning_model: 'SPOT',
              preemptible: true,
              instance_termination_action: 'DELETE',
              max_run_duration: [{ seconds: 7200 }],
            },
          ],
          shielded_instance_config: [
            { enable_secure_boot: false, enable_vtpm: true, enable_integrity_monitoring: true },
          ],
          resource_policies: ['${google_compute_resource_policy.placement.self_link}'],
          lifecycle: { create_before_destroy: true },
        },
      },
      google_compute_instance_group_manager: {
        mig: {
          name: 'r-mig',
          zone: 'us-central1-a',
          base_instance_name: 'r-vm',
          target_size: size,
          version: [{ instance_template: '${google_compute_instance_template.template.self_link}' }],
          wait_for_instances: false,
          update_policy: [
            {
              type: 'PROACTIVE',
              minimal_action: 'REFRESH',
              most_disruptive_allowed_action: 'REFRESH',
              replacement_method: 'RECREATE',
              max_surge_fixed: 0,
              max_unavailable_fixed: 3,
            },
          ],
          instance_lifecycle_policy: [{ default_action_on_failure: 'DO_NOTHING' }],
        },
      },
      google_compute_instance: {
        head: {
          name: 'r-head',
          zone: 'us-central1-a',
          machine_type: 'e2-medium',
          labels,
          boot_disk: [{ initialize_params: [{ image, size: 20 }] }],
          network_interface: [{ subnetwork: '${google_compute_subnetwork.sub.id}', access_config: [{}] }],
          metadata: { note },
        },
      },
      google_filestore_instance: {
        nfs: {
          name: 'r-nfs',
          location: 'us-central1-a',
          tier: 'BASIC_HDD',
          description: note,
          file_shares: [{ name: 'share1', capacity_gb: 1024 }],
          networks: [{ network: '${google_compute_network.net.name}', modes: ['MODE_IPV4'] }],
          labels,
        },
      },
      google_monitoring_dashboard: {
        dashboard: {
          dashboard_json: JSON.stringify({
            displayName: note,
            gridLayout: { columns: '2', widgets: [{ title: 'GPU', text: { content: 'x', format: 'MARKDOWN' } }] },
          }),
        },
      },
    },
  };
}
