import { resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { resolveImage, sameImage } from '../image.ts';
import { sameLinks, sameName } from '../link.ts';
import { restResource } from '../rest-resource.ts';
import { isEmpty, textOf } from '../value.ts';
import type { Value } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_disk */
export const computeDisk = restResource({
  type: 'google_compute_disk',
  label: 'Disk',
  readLabel: 'ComputeDisk "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/zones/{zone}/disks',
  self: '/compute/v1/projects/{project}/zones/{zone}/disks/{name}',
  id: 'projects/{project}/zones/{zone}/disks/{name}',
  operation: 'compute',
  fields: {
    ...replacing(
      'project',
      'architecture',
      'description',
      'disk_encryption_key',
      'enable_confidential_compute',
      'physical_block_size_bytes',
      'source_image_encryption_key',
      'source_snapshot_encryption_key',
      'source_storage_object',
    ),
    name: { replace: true, check: resourceName },
    zone: { replace: true, ref: 'projects/{project}/zones/{}', short: true },
    type: { replace: true, default: 'pd-standard', ref: 'projects/{project}/zones/{zone}/diskTypes/{}', short: true },
    image: { replace: true, rest: 'sourceImage', same: sameImage },
    snapshot: { replace: true, rest: 'sourceSnapshot', ref: 'projects/{project}/global/snapshots/{}' },
    source_disk: { replace: true, same: sameName },
    source_instant_snapshot: { replace: true, same: sameName },
    async_primary_disk: { replace: true },
    storage_pool: { replace: true, short: true, same: sameName },
    licenses: { replace: true, same: sameLinks },
    guest_os_features: { replace: true, computed: true },
    params: { replace: true, unread: true },
    // Disks grow in place and never shrink.
    size: { rest: 'sizeGb', replace: (now: Value, before: Value) => Number(now) < Number(before) },
    create_snapshot_before_destroy: { rest: null, default: false },
    create_snapshot_before_destroy_prefix: { rest: null },
    disk_id: 'id',
    label_fingerprint: { sent: true },
    effective_labels: { rest: 'labels', sent: true },
  },
  updates: [
    { when: ['effective_labels'], send: ['effective_labels', 'label_fingerprint'], method: 'POST', path: '/setLabels' },
    { when: ['size'], method: 'POST', path: '/resize' },
    { when: ['provisioned_iops'], method: 'PATCH', query: () => ({ paths: 'provisionedIops' }) },
    { when: ['provisioned_throughput'], method: 'PATCH', query: () => ({ paths: 'provisionedThroughput' }) },
    { when: ['access_mode'], method: 'PATCH', query: () => ({ paths: 'accessMode' }) },
  ],
  async prepare(planned, session) {
    if (isEmpty(planned.image)) return planned;
    const image = textOf(planned, 'image');
    try {
      return { ...planned, image: await resolveImage(session, textOf(planned, 'project'), image) };
    } catch (error) {
      throw new Error(`Error resolving image name '${image}': ${(error as Error).message}`, { cause: error });
    }
  },
});
