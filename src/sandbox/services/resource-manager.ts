import { defineService } from '../service.ts';
import type { Handler, Request } from '../service.ts';
import { gated } from './gate.ts';
import { mayUse } from './permissions.ts';
import { emptyPolicy, heldPermissions, replacedPolicy } from './policy.ts';
import { projectOf } from './projects.ts';
import type { Policy, Project } from './projects.ts';

const api = 'cloudresourcemanager.googleapis.com';

/** Projects and who may do what in them: https://cloud.google.com/resource-manager/reference/rest */
export const resourceManager = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: [
    'folders, organisations and their policies',
    'creating and deleting projects',
    'conditions of bindings',
  ],
  routes: {
    'GET /v1/projects': list,
    'GET /v1/projects/{project}': get((project) => project),
    'GET /v3/projects/{project}': get(asV3),
    ...policyRoutes('v1'),
    ...policyRoutes('v3'),
  },
});

function list({ store, principal }: Request): object {
  const projects = store
    .list<Project>('projects')
    .filter(({ projectId }) => mayUse(store, projectId, principal, 'resourcemanager.projects.get'));
  return projects.length > 0 ? { projects } : {};
}

function get(show: (project: Project) => object): Handler {
  return gated({ api, permission: 'resourcemanager.projects.get' }, (_request, project) => show(project));
}

function policyRoutes(version: string): Record<string, Handler> {
  const one = `/${version}/projects/{project}`;
  return {
    [`POST ${one}:getIamPolicy`]: gated(
      { api, permission: 'resourcemanager.projects.getIamPolicy' },
      ({ store }, project) => policyOf(store, project),
    ),
    [`POST ${one}:setIamPolicy`]: gated({ api, permission: 'resourcemanager.projects.setIamPolicy' }, setPolicy),
    // Everybody may ask what they may do.
    [`POST ${one}:testIamPermissions`]: (request) =>
      heldPermissions(request, projectOf(request.store, request.params['project'] ?? '', request.now).projectId),
  };
}

function setPolicy({ store, body }: Request, project: Project): Policy {
  const policy = replacedPolicy(store, body, policyOf(store, project));
  store.put('projectPolicies', project.projectId, policy);
  return policy;
}

function policyOf(store: Request['store'], { projectId }: Project): Policy {
  return store.get<Policy>('projectPolicies', projectId) ?? emptyPolicy;
}

function asV3({ projectId, projectNumber, name, lifecycleState, createTime, labels }: Project): object {
  return {
    name: `projects/${projectNumber}`,
    parent: 'organizations/1',
    projectId,
    displayName: name,
    state: lifecycleState,
    createTime,
    updateTime: createTime,
    etag: 'W/"sandbox"',
    ...(labels ? { labels } : {}),
  };
}
