/** What a test writes into main.tf.json. */
export interface Configuration {
  /** Instead of the usual provider block. */
  provider?: object;
  resource?: Record<string, Record<string, object>>;
  data?: Record<string, Record<string, object>>;
  import?: readonly { to: string; id: string }[];
  output?: Record<string, { value: string }>;
}

/** One configuration in two versions, and what terraform does to come from the first to the second, by address. */
export interface Growth {
  name: string;
  at(version: 1 | 2): Configuration;
  changes: Record<string, string>;
}

const net = { name: 'b-net', auto_create_subnetworks: false };
const sub = { name: 'b-sub', network: '${google_compute_network.net.id}', ip_cidr_range: '10.0.0.0/16' };
const onNet = '${google_compute_network.net.id}';
const inSub = '${google_compute_subnetwork.sub.id}';

/** Everything about networks. */
const networks: Growth = {
  name: 'networks',
  changes: {
    'google_compute_address.address': 'update',
    'google_compute_firewall.inside': 'update',
    'google_compute_firewall.out': 'delete,create',
    'google_compute_network.net': 'update',
    'google_compute_router.router': 'update',
    'google_compute_router_nat.nat': 'update',
    'google_compute_subnetwork.sub': 'update',
  },
  at: (version) => ({
    resource: {
      google_compute_network: { net: { ...net, routing_mode: version === 1 ? 'REGIONAL' : 'GLOBAL' } },
      google_compute_subnetwork: {
        sub: {
          ...sub,
          ...(version === 2 && {
            ip_cidr_range: '10.0.0.0/15',
            private_ip_google_access: true,
            log_config: { metadata: 'EXCLUDE_ALL_METADATA' },
            secondary_ip_range: [{ range_name: 'pods', ip_cidr_range: '10.4.0.0/14' }],
          }),
        },
      },
      google_compute_firewall: {
        inside: {
          name: 'b-inside',
          network: '${google_compute_network.net.name}',
          source_ranges: ['10.0.0.0/8'],
          allow: [{ protocol: 'icmp' }, { protocol: 'tcp', ports: version === 1 ? ['22'] : ['22', '8080-8090'] }],
          ...(version === 2 && { description: 'two', log_config: { metadata: 'INCLUDE_ALL_METADATA' } }),
        },
        out: {
          name: version === 1 ? 'b-out' : 'b-out-two',
          network: '${google_compute_network.net.self_link}',
          direction: 'EGRESS',
          priority: 900,
          target_tags: ['x', 'y'],
          deny: [{ protocol: 'all' }],
        },
      },
      google_compute_router: {
        router: { name: 'b-router', network: onNet, bgp: { asn: version === 1 ? 64_514 : 64_515 } },
      },
      google_compute_router_nat: {
        nat: {
          name: 'b-nat',
          router: '${google_compute_router.router.name}',
          nat_ip_allocate_option: 'AUTO_ONLY',
          source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
          ...(version === 2 && { min_ports_per_vm: 128, log_config: { enable: true, filter: 'ERRORS_ONLY' } }),
        },
      },
      google_compute_address: {
        address: { name: 'b-address', labels: version === 1 ? { a: 'one' } : { b: 'two' } },
      },
    },
    data: { google_compute_network: { default: { name: 'default' } }, google_compute_zones: { here: {} } },
    output: { zones: { value: '${join(",", data.google_compute_zones.here.names)}' } },
  }),
};

/** Machines: single ones, templates, groups, and what belongs to them. */
const machines: Growth = {
  name: 'machines',
  changes: {
    'google_compute_disk.disk': 'update',
    'google_compute_instance.single': 'update',
    'google_compute_instance_group_manager.group': 'update',
    'google_compute_instance_group_manager.waiting': 'update',
    'google_compute_instance_template.machine': 'create,delete',
  },
  at: (version) => ({
    resource: {
      google_compute_network: { net },
      google_compute_subnetwork: { sub },
      google_compute_resource_policy: {
        close: {
          name: 'b-close',
          group_placement_policy: { vm_count: 2, collocation: 'COLLOCATED' },
        },
      },
      google_compute_instance_template: {
        machine: {
          name_prefix: 'b-',
          machine_type: 'e2-medium',
          labels: { a: 'b' },
          tags: ['gpu'],
          metadata: { 'enable-oslogin': 'TRUE', version: String(version) },
          disk: [{ boot: true, source_image: '${data.google_compute_image.debian.self_link}', disk_size_gb: 20 }],
          network_interface: [{ subnetwork: inSub, nic_type: 'GVNIC', access_config: [{}] }],
          scheduling: { automatic_restart: false, on_host_maintenance: 'TERMINATE' },
          shielded_instance_config: { enable_secure_boot: true },
          lifecycle: { create_before_destroy: true },
        },
        large: {
          name: 'b-large',
          machine_type: 'a3-highgpu-8g',
          disk: [
            { boot: true, source_image: 'debian-cloud/debian-12', disk_size_gb: 200, disk_type: 'pd-ssd' },
            ...Array.from({ length: 16 }, () => ({
              type: 'SCRATCH',
              disk_type: 'local-ssd',
              disk_size_gb: 375,
              interface: 'NVME',
            })),
          ],
          network_interface: [{ network: onNet, subnetwork: '${google_compute_subnetwork.sub.self_link}' }],
          guest_accelerator: [{ type: 'nvidia-h100-80gb', count: 8 }],
          resource_policies: ['${google_compute_resource_policy.close.self_link}'],
          reservation_affinity: { type: 'NO_RESERVATION' },
          metadata_startup_script: '#!/bin/bash\necho "$${1}" %%{x}',
          scheduling: {
            automatic_restart: false,
            on_host_maintenance: 'TERMINATE',
            provisioning_model: 'FLEX_START',
            instance_termination_action: 'DELETE',
            max_run_duration: { seconds: 7200 },
          },
        },
        reserved: {
          name: 'b-reserved',
          machine_type: 'e2-medium',
          disk: [{ boot: true, source_image: 'debian-cloud/debian-12' }],
          network_interface: [{ network: 'default' }],
          reservation_affinity: {
            type: 'SPECIFIC_RESERVATION',
            specific_reservation: { key: 'compute.googleapis.com/reservation-name', values: ['r'] },
          },
        },
      },
      google_compute_instance_group_manager: {
        group: {
          name: 'b-group',
          base_instance_name: 'b-vm',
          target_size: version,
          named_port: [{ name: 'http', port: 8080 + version }],
          version: [{ instance_template: '${google_compute_instance_template.machine.self_link_unique}' }],
          update_policy: {
            type: 'PROACTIVE',
            minimal_action: 'REPLACE',
            max_surge_fixed: 0,
            max_unavailable_fixed: 1,
            replacement_method: 'RECREATE',
          },
        },
        waiting: {
          name: 'b-waiting',
          base_instance_name: 'b-large',
          version: [{ instance_template: '${google_compute_instance_template.large.id}', name: 'v' }],
          instance_lifecycle_policy: { default_action_on_failure: 'DO_NOTHING' },
          wait_for_instances: true,
          stateful_disk: [{ device_name: 'persistent-disk-0' }],
          all_instances_config: { labels: { a: 'b' }, metadata: { k: 'v' } },
          update_policy: {
            type: 'OPPORTUNISTIC',
            minimal_action: version === 1 ? 'REPLACE' : 'REFRESH',
            max_surge_fixed: 0,
            max_unavailable_percent: 20,
            replacement_method: 'RECREATE',
          },
        },
      },
      google_compute_disk: {
        disk: { name: 'b-disk', size: version === 1 ? 10 : 20, type: 'pd-ssd', labels: { a: String(version) } },
      },
      google_compute_instance: {
        single: {
          name: 'b-single',
          machine_type: 'e2-medium',
          boot_disk: [{ initialize_params: [{ image: 'debian-cloud/debian-12', size: 20 }] }],
          network_interface: [{ subnetwork: inSub, access_config: [{}] }],
          metadata: { k: String(version) },
          labels: version === 1 ? { a: 'one' } : { b: 'two' },
          tags: ['t', String.fromCodePoint(96 + version)],
        },
      },
    },
    data: { google_compute_image: { debian: { family: 'debian-12', project: 'debian-cloud' } } },
  }),
};

/** Who may do what. */
const identity: Growth = {
  name: 'identity',
  changes: {
    'google_project_iam_member.metrics': 'delete,create',
    'google_service_account.machine': 'update',
    'google_storage_bucket_iam_member.files': 'delete,create',
  },
  at: (version) => ({
    resource: {
      google_service_account: {
        machine: { account_id: 'b-machine', display_name: version === 1 ? 'one' : 'two', description: 'of the test' },
      },
      google_project_iam_member: {
        logs: {
          project: 'bench-project',
          role: 'roles/logging.logWriter',
          member: '${google_service_account.machine.member}',
        },
        metrics: {
          project: 'bench-project',
          role: version === 1 ? 'roles/monitoring.metricWriter' : 'roles/monitoring.viewer',
          member: '${google_service_account.machine.member}',
        },
        till: {
          project: 'bench-project',
          role: 'roles/storage.objectViewer',
          member: 'user:Foo@example.com',
          condition: { title: 'for a time', expression: "request.time < timestamp('2030-01-01T00:00:00Z')" },
        },
      },
      google_service_account_iam_member: {
        user: {
          service_account_id: '${google_service_account.machine.name}',
          role: 'roles/iam.serviceAccountUser',
          member: 'user:a@example.com',
        },
      },
      google_storage_bucket: {
        bucket: { name: 'b-identity-bucket', location: 'US-CENTRAL1', uniform_bucket_level_access: true },
      },
      google_storage_bucket_iam_member: {
        files: {
          bucket: '${google_storage_bucket.bucket.name}',
          role: 'roles/storage.objectViewer',
          member: '${google_service_account.machine.member}',
          condition: [
            {
              title: 'files',
              description: `only files, version ${version}`,
              expression: 'resource.name.startsWith("projects/_/buckets/b-identity-bucket/objects/files/")',
            },
          ],
        },
      },
      google_project_service: {
        file: { service: 'file.googleapis.com' },
        compute: { service: 'compute.googleapis.com', disable_on_destroy: false },
      },
    },
    data: { google_project: { here: {} }, google_client_config: { here: {} } },
  }),
};

/** What keeps data, and what shows it. */
const storage: Growth = {
  name: 'storage',
  changes: {
    'google_filestore_instance.basic': 'update',
    'google_filestore_instance.zonal': 'update',
    'google_monitoring_dashboard.board': 'update',
    'google_storage_bucket.bucket': 'update',
    'google_storage_bucket_object.object': 'update',
  },
  at: (version) => ({
    resource: {
      google_compute_network: { net },
      google_filestore_instance: {
        basic: {
          name: 'b-basic',
          tier: 'BASIC_HDD',
          file_shares: [{ name: 'share', capacity_gb: version * 1024 }],
          networks: [{ network: '${google_compute_network.net.name}', modes: ['MODE_IPV4'] }],
        },
        zonal: {
          name: 'b-zonal',
          location: 'us-central1-a',
          tier: 'ZONAL',
          description: version === 1 ? 'one' : 'two',
          labels: { a: String(version) },
          file_shares: [{ name: 'share', capacity_gb: 1024, nfs_export_options: [{ ip_ranges: ['10.0.0.0/24'] }] }],
          networks: [{ network: onNet, modes: ['MODE_IPV4'], connect_mode: 'DIRECT_PEERING' }],
        },
      },
      google_storage_bucket: {
        bucket: {
          name: 'b-storage-bucket',
          location: 'US-CENTRAL1',
          uniform_bucket_level_access: true,
          force_destroy: true,
          labels: version === 1 ? { a: 'b' } : { c: 'd' },
          ...(version === 2 && { versioning: { enabled: true } }),
          lifecycle_rule: [
            {
              action: [{ type: 'Delete' }],
              condition: [version === 1 ? { age: 30 } : { age: 31, with_state: 'ARCHIVED' }],
            },
          ],
        },
        plain: { name: 'b-plain-bucket', location: 'EU' },
      },
      google_storage_bucket_object: {
        object: {
          bucket: '${google_storage_bucket.bucket.name}',
          name: 'dir/a b.txt',
          content: version === 1 ? 'hello' : 'world',
        },
      },
      google_monitoring_dashboard: {
        board: {
          dashboard_json: JSON.stringify({
            displayName: version === 1 ? 'one' : 'two',
            gridLayout: { columns: '2', widgets: [{ title: 'GPU', text: { content: 'x', format: 'MARKDOWN' } }] },
          }),
        },
      },
    },
  }),
};

/** A group and the request for one more machine, which may wait in line. */
export const waitingInLine: Configuration = {
  resource: {
    google_compute_instance_template: {
      machine: {
        name: 'b-flex',
        machine_type: 'a3-highgpu-8g',
        disk: [{ boot: true, source_image: 'debian-cloud/debian-12', disk_size_gb: 200 }],
        network_interface: [{ network: 'default' }],
        reservation_affinity: { type: 'NO_RESERVATION' },
        scheduling: {
          automatic_restart: false,
          on_host_maintenance: 'TERMINATE',
          provisioning_model: 'FLEX_START',
          instance_termination_action: 'DELETE',
          max_run_duration: { seconds: 7200 },
        },
      },
    },
    google_compute_instance_group_manager: {
      group: {
        name: 'b-group',
        base_instance_name: 'b-vm',
        version: [{ instance_template: '${google_compute_instance_template.machine.self_link}' }],
        lifecycle: { ignore_changes: ['target_size'] },
      },
    },
    google_compute_resize_request: {
      more: {
        name: 'b-more',
        instance_group_manager: '${google_compute_instance_group_manager.group.name}',
        zone: 'us-central1-a',
        resize_by: 1,
        requested_run_duration: { seconds: '7200' },
      },
    },
  },
};

/** A network alone: the smallest thing that takes an operation. */
export const oneNetwork: Configuration = { resource: { google_compute_network: { net } } };

/** All configurations that grow. */
export const growths: readonly Growth[] = [networks, machines, identity, storage];
