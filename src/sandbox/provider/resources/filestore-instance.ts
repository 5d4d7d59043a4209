import { oneOf } from '../checks.ts';
import { replacing } from '../field.ts';
import { sameLink } from '../link.ts';
import { restResource } from '../rest-resource.ts';
import { isEmpty } from '../value.ts';

const updatable = [
  'description',
  'file_shares',
  'deletion_protection_enabled',
  'deletion_protection_reason',
  'performance_config',
  'effective_labels',
];
const masks: Readonly<Record<string, string>> = {
  description: 'description',
  file_shares: 'fileShares',
  deletion_protection_enabled: 'deletionProtectionEnabled',
  deletion_protection_reason: 'deletionProtectionReason',
  performance_config: 'performanceConfig',
  effective_labels: 'labels',
};

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_instance */
export const filestoreInstance = restResource({
  type: 'google_filestore_instance',
  label: 'Instance',
  readLabel: 'FilestoreInstance "{id}"',
  service: 'filestore',
  collection: '/v1/projects/{project}/locations/{location}/instances?instanceId={name}',
  self: '/v1/projects/{project}/locations/{location}/instances/{name}',
  id: 'projects/{project}/locations/{location}/instances/{name}',
  importIds: [
    'projects/{project}/locations/{location}/instances/{name}',
    '{project}/{location}/{name}',
    '{location}/{name}',
  ],
  operation: 'longrunning',
  fields: {
    ...replacing('project', 'tier', 'kms_key_name'),
    // Google answers the full path; Terraform goes by the short name.
    name: { rest: null },
    location: { rest: null, replace: true },
    zone: { rest: null, replace: true },
    protocol: { replace: true, default: 'NFS_V3', check: oneOf('NFS_V3', 'NFS_V4_1') },
    file_shares: { list: true },
    'file_shares.name': { replace: true },
    'file_shares.source_backup': { replace: true },
    'file_shares.nfs_export_options.access_mode': { default: 'READ_WRITE', check: oneOf('READ_ONLY', 'READ_WRITE') },
    'file_shares.nfs_export_options.squash_mode': {
      default: 'NO_ROOT_SQUASH',
      check: oneOf('NO_ROOT_SQUASH', 'ROOT_SQUASH'),
    },
    networks: { replace: true },
    'networks.network': { same: sameLink },
    'networks.reserved_ip_range': { unread: true },
    'networks.connect_mode': {
      default: 'DIRECT_PEERING',
      check: oneOf('DIRECT_PEERING', 'PRIVATE_SERVICE_ACCESS', 'PRIVATE_SERVICE_CONNECT'),
    },
    initial_replication: { replace: true, unread: true, rest: 'replication' },
    'initial_replication.role': { default: 'STANDBY' },
    effective_replication: 'replication',
    tags: { replace: true, unread: true },
    effective_labels: { rest: 'labels', sent: true },
  },
  updates: [
    {
      when: updatable,
      send: ['description', 'file_shares', 'deletion_protection_enabled', 'performance_config', 'effective_labels'],
      method: 'PATCH',
      query: (_, changed) => ({
        updateMask: updatable.flatMap((name) => (changed.has(name) ? [masks[name] ?? name] : [])).join(','),
      }),
    },
  ],
  async prepare(planned, session) {
    if (typeof planned.location === 'string' && planned.location !== '') return planned;
    const zone = typeof planned.zone === 'string' && !isEmpty(planned.zone) ? planned.zone : session.provider.zone;
    if (zone === '') throw new Error('Cannot determine zone: set in this resource, or set provider-level zone.');
    return { ...planned, location: zone };
  },
});
