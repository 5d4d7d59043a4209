import type { Json } from '../api.ts';
import { conflicting } from '../check-config.ts';
import { oneOf } from '../checks.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';

const policies = [
  'snapshot_schedule_policy',
  'group_placement_policy',
  'instance_schedule_policy',
  'disk_consistency_group_policy',
];
const updatable = ['name', 'description', ...policies, 'workload_policy'];

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_resource_policy */
export const computeResourcePolicy = restResource({
  type: 'google_compute_resource_policy',
  label: 'ResourcePolicy',
  readLabel: 'ComputeResourcePolicy "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/regions/{region}/resourcePolicies',
  self: '/compute/v1/projects/{project}/regions/{region}/resourcePolicies/{name}',
  id: 'projects/{project}/regions/{region}/resourcePolicies/{name}',
  operation: 'compute',
  located: ['project', 'region'],
  fields: {
    ...replacing('project'),
    region: { replace: true, ref: 'projects/{project}/global/regions/{}', short: true },
    'group_placement_policy.collocation': { check: oneOf('COLLOCATED') },
    'group_placement_policy.gpu_topology': { replace: true },
    'disk_consistency_group_policy.enabled': { replace: true },
    'workload_policy.type': { replace: true, check: oneOf('HIGH_AVAILABILITY', 'HIGH_THROUGHPUT') },
    'workload_policy.accelerator_topology': { replace: true },
    'workload_policy.max_topology_distance': { replace: true, check: oneOf('BLOCK', 'CLUSTER', 'SUBBLOCK') },
    'snapshot_schedule_policy.retention_policy.on_source_disk_delete': { default: 'KEEP_AUTO_SNAPSHOTS' },
    'instance_schedule_policy.vm_start_schedule': 'vmStartSchedule',
    'instance_schedule_policy.vm_stop_schedule': 'vmStopSchedule',
  },
  updates: [{ when: updatable, method: 'PATCH' }],
  validate: (config) => conflicting(config, policies),
  // This policy is an empty object to Google, and a block with a switch to Terraform.
  shapeBody: ({ diskConsistencyGroupPolicy: disks, ...body }) => ({
    ...body,
    diskConsistencyGroupPolicy: (disks as Json | undefined)?.enabled ? {} : null,
  }),
  shapeAnswer: ({ diskConsistencyGroupPolicy: disks, ...answer }) =>
    disks ? { ...answer, diskConsistencyGroupPolicy: { enabled: true } } : answer,
});
