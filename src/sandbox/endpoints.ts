import type { Endpoints } from '../google/endpoints.ts';

/** Where the sandbox at `url` serves each API: its own host name in the path where paths alone do not tell them apart. */
export function sandboxEndpoints(url: string): Endpoints {
  return {
    compute: url,
    storage: url,
    iam: `${url}/iam.googleapis.com`,
    resourcemanager: `${url}/cloudresourcemanager.googleapis.com`,
    serviceusage: `${url}/serviceusage.googleapis.com`,
    filestore: `${url}/file.googleapis.com`,
    monitoring: `${url}/monitoring.googleapis.com`,
    cloudbilling: `${url}/cloudbilling.googleapis.com`,
    container: `${url}/container.googleapis.com`,
    oslogin: `${url}/oslogin.googleapis.com`,
    oauth2: `${url}/oauth2.googleapis.com`,
    tunnel: `${url}/tunnel.cloudproxy.app`,
  };
}
