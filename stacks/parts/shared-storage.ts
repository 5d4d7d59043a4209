import { FilestoreInstance } from '@cdktf/provider-google/lib/filestore-instance/index.js';

import type { Cluster } from './cluster.ts';
import type { Networks } from './network.ts';

/** What the machines mount, in the words of their metadata, and what was made for it. */
export interface SharedStorage {
  /** Lines `bucket<TAB>path`. */
  gcsMounts: string;
  /** Lines `server:/share<TAB>path`. */
  nfsMounts: string;
  /** References of the mounted buckets, each once. */
  buckets: string[];
  /** New Filestore instances. */
  filestores: FilestoreInstance[];
}

const shareName = 'share';

interface NewShare {
  path: string;
  tier: string;
  size_gb: number;
}

interface ExistingShare {
  server: string;
  share: string;
  path: string;
}

/** Adds the new Filestore shares, and says how the machines mount these, existing NFS shares and buckets. */
export function addSharedStorage(cluster: Cluster, networks: Networks): SharedStorage {
  const { nfsShares } = cluster.input.options;
  const fresh = nfsShares.flatMap((share) =>
    'tier' in share ? [{ path: share.path, tier: share.tier, size_gb: share.sizeGb }] : [],
  );
  const existing = nfsShares.flatMap((share) =>
    'server' in share ? [{ server: share.server, share: share.share, path: share.path }] : [],
  );
  const filestores = addFilestores(cluster, networks, fresh);
  return {
    ...bucketMounts(cluster),
    nfsMounts: [...filestores.lines, ...existingMounts(cluster, existing)].join('\n'),
    filestores: filestores.instances,
  };
}

/** Where an instance of the tier lives: https://cloud.google.com/filestore/docs/service-tiers */
function filestoreScope(tier: string): 'region' | 'zone' {
  return ['ENTERPRISE', 'REGIONAL'].includes(tier) ? 'region' : 'zone';
}

function addFilestores(cluster: Cluster, networks: Networks, shares: readonly NewShare[]) {
  if (shares.length === 0) return { instances: [], lines: [] };
  const { stack, prefix, labels, marker, variables } = cluster;
  const share = variables.table<NewShare>(
    'filestore_shares',
    { path: 'string', tier: 'string', size_gb: 'number' },
    shares,
    'New Filestore shares and where the machines mount them.',
  );
  const instances = shares.map(
    ({ tier }, place) =>
      new FilestoreInstance(stack, `nfs_${place + 1}`, {
        name: `${prefix}-nfs-${place + 1}`,
        description: marker,
        labels,
        location: filestoreScope(tier) === 'region' ? cluster.region : cluster.zone,
        tier: share.text(place, 'tier'),
        fileShares: { name: shareName, capacityGb: share.number(place, 'size_gb') },
        // The address range, a /29, is left to Filestore: it knows what is free in the network.
        networks: [{ network: networks.primary, modes: ['MODE_IPV4'], connectMode: 'DIRECT_PEERING' }],
        timeouts: { create: '60m', delete: '60m' },
      }),
  );
  const lines = instances.map((instance, place) => `${address(instance)}:/${shareName}\t${share.text(place, 'path')}`);
  return { instances, lines };
}

function existingMounts(cluster: Cluster, shares: readonly ExistingShare[]): string[] {
  if (shares.length === 0) return [];
  const mount = cluster.variables.table<ExistingShare>(
    'nfs_mounts',
    { server: 'string', share: 'string', path: 'string' },
    shares,
    'NFS shares that exist already and where the machines mount them.',
  );
  return shares.map(
    (_, place) => `${mount.text(place, 'server')}:${mount.text(place, 'share')}\t${mount.text(place, 'path')}`,
  );
}

function bucketMounts(cluster: Cluster): { gcsMounts: string; buckets: string[] } {
  const { gcsMounts } = cluster.input.options;
  if (gcsMounts.length === 0) return { gcsMounts: '', buckets: [] };
  const mount = cluster.variables.table<{ bucket: string; path: string }>(
    'gcs_mounts',
    { bucket: 'string', path: 'string' },
    gcsMounts.map(({ bucket, path }) => ({ bucket, path })),
    'Buckets and where the machines mount them.',
  );
  const names = gcsMounts.map(({ bucket }) => bucket);
  return {
    gcsMounts: gcsMounts.map((_, place) => `${mount.text(place, 'bucket')}\t${mount.text(place, 'path')}`).join('\n'),
    buckets: names.flatMap((name, place) => (names.indexOf(name) === place ? [mount.text(place, 'bucket')] : [])),
  };
}

/** The address that the machines mount from, known when the instance has been made. */
export function address(filestore: FilestoreInstance): string {
  return `\${${filestore.terraformResourceType}.${filestore.friendlyUniqueId}.networks[0].ip_addresses[0]}`;
}
