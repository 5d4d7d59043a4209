/** The Google APIs this product calls. */
export type Service =
  | 'compute'
  | 'storage'
  | 'iam'
  | 'resourcemanager'
  | 'serviceusage'
  | 'filestore'
  | 'monitoring'
  | 'cloudbilling'
  | 'container'
  | 'oslogin'
  | 'oauth2'
  | 'tunnel';

/** Base URL of each API: scheme, host and, where one listener serves several hosts, a path in front; no final slash. */
export type Endpoints = Readonly<Record<Service, string>>;

/** Where Google serves its APIs. */
export const googleEndpoints: Endpoints = {
  compute: 'https://compute.googleapis.com',
  storage: 'https://storage.googleapis.com',
  iam: 'https://iam.googleapis.com',
  resourcemanager: 'https://cloudresourcemanager.googleapis.com',
  serviceusage: 'https://serviceusage.googleapis.com',
  filestore: 'https://file.googleapis.com',
  monitoring: 'https://monitoring.googleapis.com',
  cloudbilling: 'https://cloudbilling.googleapis.com',
  container: 'https://container.googleapis.com',
  oslogin: 'https://oslogin.googleapis.com',
  oauth2: 'https://oauth2.googleapis.com',
  // Identity-Aware Proxy's relay speaks WebSocket: https becomes wss.
  tunnel: 'https://tunnel.cloudproxy.app',
};

/** Version part of the path that Terraform's provider expects at the end of a custom endpoint. */
export const endpointVersions: Readonly<Record<Service, string>> = {
  compute: '/compute/v1/',
  storage: '/storage/v1/',
  iam: '/v1/',
  resourcemanager: '/v1/',
  serviceusage: '/v1/',
  filestore: '/v1/',
  monitoring: '/',
  cloudbilling: '/v1/',
  container: '/v1/',
  oslogin: '/v1/',
  oauth2: '/',
  tunnel: '/v4/',
};

/**
 * The variable by which Terraform's provider, and we too, are told of another base URL for an API (a private endpoint):
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#custom-endpoints
 */
export const endpointVariables: Readonly<Record<Service, string>> = {
  compute: 'GOOGLE_COMPUTE_CUSTOM_ENDPOINT',
  storage: 'GOOGLE_STORAGE_CUSTOM_ENDPOINT',
  iam: 'GOOGLE_IAM_CUSTOM_ENDPOINT',
  resourcemanager: 'GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT',
  serviceusage: 'GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT',
  filestore: 'GOOGLE_FILESTORE_CUSTOM_ENDPOINT',
  monitoring: 'GOOGLE_MONITORING_CUSTOM_ENDPOINT',
  cloudbilling: 'GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT',
  container: 'GOOGLE_CONTAINER_CUSTOM_ENDPOINT',
  oslogin: 'GOOGLE_OS_LOGIN_CUSTOM_ENDPOINT',
  oauth2: 'GOOGLE_OAUTH2_CUSTOM_ENDPOINT',
  tunnel: 'GOOGLE_IAP_TUNNEL_CUSTOM_ENDPOINT',
};

/** The services whose base URL in `endpoints` is not Google's public one. */
export function customServices(endpoints: Endpoints): Service[] {
  return (Object.keys(googleEndpoints) as Service[]).filter(
    (service) => endpoints[service] !== googleEndpoints[service],
  );
}

/**
 * The endpoints that the environment asks for: Google's, but for those that `GOOGLE_<SERVICE>_CUSTOM_ENDPOINT` names,
 * as for Terraform with the version at the end (`https://compute-x.p.googleapis.com/compute/v1/`) or without it.
 */
export function endpointsFrom(environment: NodeJS.ProcessEnv): Endpoints {
  const custom = (Object.keys(googleEndpoints) as Service[]).flatMap((service) => {
    const value = environment[endpointVariables[service]];
    return value ? [[service, baseOf(value, endpointVersions[service])]] : [];
  });
  return { ...googleEndpoints, ...Object.fromEntries(custom) };
}

function baseOf(url: string, version: string): string {
  const whole = url.endsWith('/') ? url : `${url}/`;
  return (whole.endsWith(version) ? whole.slice(0, -version.length) : whole).replace(/\/+$/, '');
}
