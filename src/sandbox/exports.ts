import type { Cloud } from '../google/cloud.ts';
import { endpointVariables, endpointVersions } from '../google/endpoints.ts';
import type { Service } from '../google/endpoints.ts';

/** The variables with which other tools (Terraform, gcloud, client libraries) reach this sandbox. */
export async function sandboxExports(cloud: Cloud): Promise<Record<string, string>> {
  const variables: Record<string, string> = {
    GOOGLE_OAUTH_ACCESS_TOKEN: await cloud.tokens.token(),
    GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: cloud.endpoints.storage + endpointVersions.storage,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${cloud.endpoints.storage}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: cloud.endpoints.compute + endpointVersions.compute,
    ...(await cloud.terraformEnvironment()),
  };
  for (const service of Object.keys(cloud.endpoints) as Service[]) {
    variables[endpointVariables[service]] = cloud.endpoints[service] + endpointVersions[service];
  }
  return variables;
}
