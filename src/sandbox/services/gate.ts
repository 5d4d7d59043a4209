import { ApiError } from '../service.ts';
import type { Handler, Request } from '../service.ts';
import { requireApi } from './apis.ts';
import { mayCall } from './permissions.ts';
import { projectOf } from './projects.ts';
import type { Project } from './projects.ts';

/** What a caller must have to be let in, and in front of what it is checked. */
export interface Gate {
  /** `file.googleapis.com` */
  api: string;
  permission: string;
  /** The resource in the refusal's words, such as `//iam.googleapis.com/projects/p`; the project when left out. */
  resource?: (request: Request, project: Project) => string;
}

/** A handler of one of the newer APIs behind its gates: the API is on, the caller may do this. */
export function gated(gate: Gate, handler: (request: Request, project: Project) => unknown): Handler {
  return (request) => {
    const project = projectOf(request.store, request.params['project'] ?? '', request.now);
    requireApi(request.store, project, gate.api);
    if (!mayCall(request.store, project.projectId, request.principal, gate.permission)) {
      const resource =
        gate.resource?.(request, project) ?? `//cloudresourcemanager.googleapis.com/projects/${project.projectId}`;
      throw denied(gate.permission, resource);
    }
    return handler(request, project);
  };
}

/** 403 in the words of the newer APIs. */
export function denied(permission: string, resource: string): ApiError {
  return new ApiError(
    403,
    'forbidden',
    `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: resource.replace(/^\/\/([^/]+)\/.*$/, '$1'),
        metadata: { permission, resource: resource.replace(/^\/\/[^/]+\//, '') },
      },
    ],
  );
}
