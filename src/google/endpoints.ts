/** The Google APIs this product calls, by the names used in `GOOGLE_<NAME>_CUSTOM_ENDPOINT` of Terraform's provider. */
export type Service =
  | 'compute'
  | 'storage'
  | 'iam'
  | 'resourcemanager'
  | 'serviceusage'
  | 'filestore'
  | 'monitoring'
  | 'cloudbilling'
  | 'container';

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
};
