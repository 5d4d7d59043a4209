import { ApiError } from '../service.ts';
import type { Store } from '../service.ts';
import { withheldApis } from '../withheld.ts';
import { isImageProject } from './compute/image-families.ts';
import type { Project } from './projects.ts';

/** Every API is switched on in a new project but those that the fault plan says; the store keeps the ones that were touched. */
export function apiIsOn(store: Store, project: Project, api: string): boolean {
  const touched = store.get<{ state: string }>('apis', `${project.projectId}/${api}`);
  if (touched) return touched.state !== 'DISABLED';
  // Whoever reads an image of Google's uses the API in their own project, not in Google's.
  return !store.get(withheldApis, api) || isImageProject(project.projectId);
}

/** Switches an API on or off. */
export function setApi(store: Store, project: Project, api: string, state: 'ENABLED' | 'DISABLED'): void {
  store.put('apis', `${project.projectId}/${api}`, { api, state });
}

// APIs that make what costs money.
const paid = new Set([
  'compute.googleapis.com',
  'file.googleapis.com',
  'container.googleapis.com',
  'tpu.googleapis.com',
]);

/** Throws what Google answers for a call of an API that is off, or of a project that nobody pays for. */
export function requireApi(store: Store, project: Project, api: string): void {
  if (!apiIsOn(store, project, api)) throw apiOff(project, api);
  if (paid.has(api) && !billingIsOn(store, project)) throw billingOff(project, api);
}

/** Tells whether the project has a billing account; it has, unless `setBilling` took it away. */
export function billingIsOn(store: Store, project: Project): boolean {
  return store.get<{ enabled: boolean }>('billing', project.projectId)?.enabled !== false;
}

/** Links a billing account to the project or unlinks it. */
export function setBilling(store: Store, project: Project, enabled: boolean): void {
  store.put('billing', project.projectId, { enabled });
}

const titles: Readonly<Record<string, string>> = {
  'compute.googleapis.com': 'Compute Engine API',
  'iam.googleapis.com': 'Identity and Access Management (IAM) API',
  'cloudresourcemanager.googleapis.com': 'Cloud Resource Manager API',
  'serviceusage.googleapis.com': 'Service Usage API',
  'file.googleapis.com': 'Cloud Filestore API',
  'monitoring.googleapis.com': 'Cloud Monitoring API',
  'logging.googleapis.com': 'Cloud Logging API',
  'storage.googleapis.com': 'Cloud Storage API',
  'cloudbilling.googleapis.com': 'Cloud Billing API',
  'container.googleapis.com': 'Kubernetes Engine API',
  'iap.googleapis.com': 'Cloud Identity-Aware Proxy API',
  'oslogin.googleapis.com': 'Cloud OS Login API',
  'notebooks.googleapis.com': 'Notebooks API',
  'tpu.googleapis.com': 'Cloud TPU API',
  'artifactregistry.googleapis.com': 'Artifact Registry API',
  'secretmanager.googleapis.com': 'Secret Manager API',
};

/** What the console calls an API. */
export function apiTitle(api: string): string {
  return titles[api] ?? api;
}

/** APIs that a service list knows. */
export const knownApis: readonly string[] = Object.keys(titles).sort();

function apiOff(project: Project, api: string): ApiError {
  const number = project.projectNumber;
  const link = `https://console.developers.google.com/apis/api/${api}/overview?project=${number}`;
  return new ApiError(
    403,
    'accessNotConfigured',
    `${apiTitle(api)} has not been used in project ${number} before or it is disabled. Enable it by visiting ${link} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Google developers console API activation', url: link }],
      },
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata: { consumer: `projects/${number}`, service: api, serviceTitle: apiTitle(api), activationUrl: link },
      },
    ],
  );
}

function billingOff(project: Project, api: string): ApiError {
  const number = project.projectNumber;
  return new ApiError(
    403,
    'forbidden',
    `This API method requires billing to be enabled. Please enable billing on project #${number} by visiting https://console.developers.google.com/billing/enable?project=${number} then retry. If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'BILLING_DISABLED',
        domain: 'googleapis.com',
        metadata: { consumer: `projects/${number}`, service: api },
      },
    ],
  );
}
