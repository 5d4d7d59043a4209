import { ApiError } from '../../service.ts';
import type { Handler, Request, Store } from '../../service.ts';
import { requireApi } from '../apis.ts';
import { mayCall } from '../permissions.ts';
import { projectOf } from '../projects.ts';
import type { Project } from '../projects.ts';
import { openProject } from './default-network.ts';
import { onlyFields } from './fields.ts';
import { isImageProject } from './image-families.ts';
import { scopeExists } from './zones.ts';

/** Where a resource lives: `global`, `regions/r` or `zones/z`. */
export type Scope = 'global' | `regions/${string}` | `zones/${string}`;

/** Where and when something is made in a project. */
export interface Site {
  store: Store;
  project: Project;
  /** Milliseconds since 1970. */
  now: number;
}

/** A request for one project, let through: the API is on, the scope exists, the caller may do this. */
export interface Call extends Site {
  request: Request;
  scope: Scope;
  /** `projects/p/zones/z` */
  parent: string;
}

/** A handler of Compute Engine behind its three gates. `resource` names what the caller must have `permission` for. */
export function method(
  permission: string,
  handler: (call: Call) => unknown,
  resource: (call: Call) => string = defaultResource,
): Handler {
  return (request) => {
    const { store, params, now } = request;
    const project = projectOf(store, params['project'] ?? '', now);
    requireApi(store, project, 'compute.googleapis.com');
    const scope = scopeOf(params);
    const parent = `projects/${project.projectId}${scope === 'global' ? '/global' : `/${scope}`}`;
    const call: Call = { request, store, project, scope, parent, now };
    requirePermission(call, permission, resource(call));
    for (const one of besideIt[permission] ?? []) requirePermission(call, one);
    if (!isImageProject(project.projectId)) openProject(store, project, now);
    return onlyFields(handler(call), request.query['fields']);
  };
}

// What is needed beside the permission that is called like the method: both change the network, too.
// https://cloud.google.com/compute/docs/reference/rest/v1/firewalls/insert#iam-permissions
const updatesNetwork = ['compute.networks.updatePolicy'];
const besideIt: Readonly<Record<string, readonly string[]>> = {
  'compute.firewalls.create': updatesNetwork,
  'compute.firewalls.update': updatesNetwork,
  'compute.firewalls.delete': updatesNetwork,
  'compute.subnetworks.create': updatesNetwork,
  'compute.subnetworks.delete': updatesNetwork,
  'compute.routers.create': updatesNetwork,
  'compute.routers.update': updatesNetwork,
  'compute.routers.delete': updatesNetwork,
};

/** Throws 403 in Compute's words unless the caller may use `permission` in the project of the call. */
export function requirePermission(call: Call, permission: string, resource = defaultResource(call)): void {
  const { store, project, request } = call;
  if (!mayCall(store, project.projectId, request.principal, permission)) throw forbidden(permission, resource);
}

function scopeOf(params: Request['params']): Scope {
  const { zone, region } = params;
  if (zone !== undefined && !scopeExists(`zones/${zone}`)) throw unknownScope('zone', zone);
  if (region !== undefined && !scopeExists(`regions/${region}`)) throw unknownScope('region', region);
  if (zone !== undefined) return `zones/${zone}`;
  return region === undefined ? 'global' : `regions/${region}`;
}

function unknownScope(field: string, name: string): ApiError {
  return new ApiError(400, 'invalid', `Invalid value for field '${field}': '${name}'. Unknown ${field}.`);
}

function defaultResource({ request, project }: Call): string {
  const path = /\/(projects\/[^/]+(?:\/.*)?)$/.exec(decodeURIComponent(request.path))?.[1];
  return (
    path?.replace(/^projects\/[^/]+\/aggregated\/.*$/, `projects/${project.projectId}`) ??
    `projects/${project.projectId}`
  );
}

function forbidden(permission: string, resource: string): ApiError {
  return new ApiError(403, 'forbidden', `Required '${permission}' permission for '${resource}'`);
}
