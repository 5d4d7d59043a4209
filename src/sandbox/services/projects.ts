import { createHash } from 'node:crypto';

import { operator } from '../tokens.ts';
import { isImageProject } from './compute/image-families.ts';
import { ApiError } from '../service.ts';
import type { Store } from '../service.ts';

/** A project as Resource Manager v1 shows it. Every id exists: a project begins when it is first named. */
export interface Project {
  projectId: string;
  /** Twelve digits that follow from the id. */
  projectNumber: string;
  name: string;
  lifecycleState: 'ACTIVE' | 'DELETE_REQUESTED';
  createTime: string;
  labels?: Record<string, string>;
}

/** A policy of Resource Manager and IAM. https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export interface Policy {
  version: number;
  etag: string;
  bindings?: { role: string; members: string[]; condition?: object }[];
}

// https://cloud.google.com/resource-manager/docs/creating-managing-projects: 6 to 30 characters; old ones have a domain.
const projectId = /^(?:[a-z][-a-z0-9.]{0,60}:)?[a-z][-a-z0-9]{1,28}[a-z0-9]$/;

/** The project behind an id or a number, made on the way when it is new. Throws 404 for what can be neither. */
export function projectOf(store: Store, idOrNumber: string, now: number): Project {
  const id = /^\d+$/.test(idOrNumber)
    ? store.get<{ projectId: string }>('projectNumbers', idOrNumber)?.projectId
    : idOrNumber;
  const found = id === undefined ? undefined : store.get<Project>('projects', id);
  if (found) return found;
  if (id === undefined || !projectId.test(id)) {
    throw new ApiError(404, 'notFound', `The resource 'projects/${idOrNumber}' was not found`);
  }
  const project: Project = {
    projectId: id,
    projectNumber: numberOf(id),
    name: id,
    lifecycleState: 'ACTIVE',
    createTime: new Date(now).toISOString(),
  };
  store.put('projects', id, project);
  store.put('projectNumbers', project.projectNumber, { projectId: id });
  store.put('projectPolicies', id, firstPolicy(project));
  const account = serviceAccount(store, project, defaultServiceAccount(project), {
    displayName: 'Compute Engine default service account',
  });
  store.put('serviceAccounts', account.name, account);
  return project;
}

/** A service account as IAM shows it. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export interface ServiceAccount {
  /** `projects/p/serviceAccounts/EMAIL`, the key in the store. */
  name: string;
  projectId: string;
  uniqueId: string;
  email: string;
  etag: string;
  oauth2ClientId: string;
  displayName?: string;
  description?: string;
  disabled?: boolean;
}

/** A new service account, not yet in the store. */
export function serviceAccount(
  store: Store,
  { projectId: id }: Project,
  email: string,
  texts: Pick<ServiceAccount, 'displayName' | 'description'>,
): ServiceAccount {
  // Google's unique ids have 21 digits.
  const uniqueId = store.nextId().padStart(20, '0').padStart(21, '1');
  const name = `projects/${id}/serviceAccounts/${email}`;
  return { name, projectId: id, uniqueId, email, ...texts, etag: 'MDEwMjE5MjA=', oauth2ClientId: uniqueId };
}

/** The e-mail address of the service account that machines get when none is named. */
export function defaultServiceAccount(project: Project): string {
  return `${project.projectNumber}-compute@developer.gserviceaccount.com`;
}

function firstPolicy(project: Project): Policy {
  const etag = 'BwYAAAAAAAA=';
  if (isImageProject(project.projectId)) {
    return { version: 1, etag, bindings: [{ role: 'roles/compute.imageUser', members: ['allAuthenticatedUsers'] }] };
  }
  return {
    version: 1,
    etag,
    bindings: [
      { role: 'roles/editor', members: [`serviceAccount:${defaultServiceAccount(project)}`] },
      { role: 'roles/owner', members: [operator] },
    ],
  };
}

function numberOf(id: string): string {
  const hash = createHash('sha256').update(id).digest().readUIntBE(0, 6);
  return String(100_000_000_000 + (hash % 900_000_000_000));
}
