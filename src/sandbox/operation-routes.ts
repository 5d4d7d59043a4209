import { ApiError, defineService, publicPart } from './service.ts';
import type { Handler, Request, Store } from './service.ts';
import type { ComputeOperation, LongRunningOperation } from './operations.ts';
import { denied } from './services/gate.ts';
import { mayCall } from './services/permissions.ts';
import { projectOf } from './services/projects.ts';

// https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/wait: at most two minutes.
const longestWait = 120_000;

/** Reads, waits for and lists Compute Engine's operations in all three scopes. */
export const computeOperations = defineService({
  host: 'compute.googleapis.com',
  mount: '',
  notModelled: ['operations: filters and deletion'],
  routes: {
    ...Object.fromEntries(
      ['global', 'zones/{zone}', 'regions/{region}'].flatMap((scope): [string, Handler][] => {
        const parent = `/compute/v1/projects/{project}/${scope}/operations`;
        return [
          [`GET ${parent}`, allowed(scope, 'list', list)],
          [`GET ${parent}/{operation}`, allowed(scope, 'get', (request) => publicPart(find(request)))],
          [`POST ${parent}/{operation}/wait`, allowed(scope, 'get', wait)],
        ];
      }),
    ),
    'GET /compute/v1/projects/{project}/aggregated/operations': allowed('global', 'list', listAll),
  },
});

/** The routes of an API's `google.longrunning.Operations`, to be spread into its definition. */
export function longRunningRoutes(host: string, version = 'v1'): Record<string, Handler> {
  const permission = `${host.slice(0, host.indexOf('.'))}.operations.get`;
  const get: Handler = ({ store, path, params, principal, now }) => {
    const name = decodeURIComponent(path.slice(path.indexOf(`/${version}/`) + version.length + 2));
    if (params['project'] !== undefined) {
      const { projectId } = projectOf(store, params['project'], now);
      if (!mayCall(store, projectId, principal, permission)) throw denied(permission, `//${host}/${name}`);
    }
    const operation = store.get<LongRunningOperation>('longRunningOperations', `${host}/${name}`);
    if (!operation) throw new ApiError(404, 'notFound', `Operation not found: ${name}`);
    return publicPart(operation);
  };
  return {
    [`GET /${version}/operations/{operation}`]: get,
    [`GET /${version}/projects/{project}/locations/{location}/operations/{operation}`]: get,
  };
}

// https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/get#iam-permissions
function allowed(scope: string, verb: 'get' | 'list', handler: Handler): Handler {
  const [where = ''] = scope.replace('s/', '/').split('/');
  const permission = `compute.${where}Operations.${verb}`;
  return (request) => {
    const { store, params, path, principal, now } = request;
    const { projectId } = projectOf(store, params['project'] ?? '', now);
    if (mayCall(store, projectId, principal, permission)) return handler(request);
    const resource = path.replace(/^\/compute\/v1\//, '').replace(/\/wait$/, '');
    throw new ApiError(403, 'forbidden', `Required '${permission}' permission for '${resource}'`);
  };
}

function list({ store, path }: Request): object {
  const parent = path.replace(/^\/compute\/v1\//, '');
  const items = store.list<ComputeOperation>('operations', `${parent}/`).map(publicPart);
  return { kind: 'compute#operationList', id: parent, items, selfLink: `https://www.googleapis.com${path}` };
}

// https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/aggregatedList
function listAll({ store, params, path }: Request): object {
  const project = `projects/${params['project']}/`;
  const items: Record<string, { operations: object[] }> = {};
  for (const [key, operation] of store.entries<ComputeOperation>('operations')) {
    if (!key.startsWith(project)) continue;
    const scope = key.slice(project.length, key.indexOf('/operations/'));
    (items[scope] ??= { operations: [] }).operations.push(publicPart(operation));
  }
  const id = path.replace(/^\/compute\/v1\//, '');
  return { kind: 'compute#operationAggregatedList', id, items, selfLink: `https://www.googleapis.com${path}` };
}

function find({ store, path }: { store: Store; path: string }): ComputeOperation {
  const key = path.replace(/^\/compute\/v1\//, '').replace(/\/wait$/, '');
  const operation = store.get<ComputeOperation>('operations', key);
  if (!operation) throw new ApiError(404, 'notFound', `The resource '${key}' was not found`);
  return operation;
}

async function wait(request: Request): Promise<object> {
  const key = request.path.replace(/^\/compute\/v1\//, '').replace(/\/wait$/, '');
  if (find(request).status === 'DONE') return publicPart(find(request));
  const done = new AbortController();
  const stop = request.store.watch('operations', (changed, value) => {
    if (changed === key && (!value || (value as ComputeOperation).status === 'DONE')) done.abort();
  });
  const signal = AbortSignal.any([done.signal, request.signal]);
  await request.clock.sleep(longestWait, signal).catch(() => undefined);
  stop();
  return publicPart(find(request));
}
