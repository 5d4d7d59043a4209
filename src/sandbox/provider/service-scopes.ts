import type { Value } from './value.ts';

// https://cloud.google.com/sdk/gcloud/reference/compute/instances/set-service-account#--scopes
const aliases: Readonly<Record<string, string>> = {
  bigquery: 'bigquery',
  'cloud-platform': 'cloud-platform',
  'cloud-source-repos': 'source.full_control',
  'cloud-source-repos-ro': 'source.read_only',
  'compute-ro': 'compute.readonly',
  'compute-rw': 'compute',
  datastore: 'datastore',
  'logging-write': 'logging.write',
  monitoring: 'monitoring',
  'monitoring-read': 'monitoring.read',
  'monitoring-write': 'monitoring.write',
  pubsub: 'pubsub',
  'service-control': 'servicecontrol',
  'service-management': 'service.management.readonly',
  sql: 'sqlservice',
  'sql-admin': 'sqlservice.admin',
  'storage-full': 'devstorage.full_control',
  'storage-ro': 'devstorage.read_only',
  'storage-rw': 'devstorage.read_write',
  taskqueue: 'taskqueue',
  trace: 'trace.append',
  'userinfo-email': 'userinfo.email',
};

/** Scopes of a service account in full: `cloud-platform` → `https://www.googleapis.com/auth/cloud-platform`. */
export function fullScopes(scopes: Value): Value {
  if (!Array.isArray(scopes)) return scopes;
  return scopes.map((scope) => {
    const name = typeof scope === 'string' ? aliases[scope] : undefined;
    return name === undefined ? scope : `https://www.googleapis.com/auth/${name}`;
  });
}
