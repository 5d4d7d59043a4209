import type { Deployment } from '../deployment/deployment.ts';

/** Pages of the Google Cloud console on which the parts of a deployment can be looked at. */
export function consoleLinks(deployment: Deployment & { zone: string }): { label: string; url: string }[] {
  const { project, prefix, zone, bucket, folder } = deployment;
  const link = (path: string): string =>
    `https://console.cloud.google.com/${path}?project=${encodeURIComponent(project)}`;
  const logs = encodeURIComponent(`labels."compute.googleapis.com/resource_name"=~"^${prefix}-vm-"`);
  return [
    { label: 'instance group', url: link(`compute/instanceGroups/details/${zone}/${encodeURIComponent(prefix)}-mig`) },
    { label: 'instances', url: link('compute/instances') },
    { label: 'logs', url: link(`logs/query;query=${logs}`) },
    { label: 'dashboards', url: link('monitoring/dashboards') },
    ...(bucket === undefined
      ? []
      : [{ label: 'bucket', url: link(`storage/browser/${encodeURIComponent(bucket)}/${encodeURI(folder)}`) }]),
    { label: 'bill', url: link('billing/linkedaccount') },
  ];
}
