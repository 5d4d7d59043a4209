import { ApiError, defineService, publicPart } from './service.ts';
import type { Handler, Request, Store } from './service.ts';
import type { ComputeOperation, LongRunningOperation } from './operations.ts';

// https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/wait: at most two minutes.
const longestWait = 120_000;

/** Reads, waits for and lists Compute Engine's operations in all three scopes. */
export const computeOperations = defineService({
  host: 'compute.googleapis.com',
  mount: '',
  notModelled: ['operations: filters and deletion'],
  routes: Object.fromEntries(
    ['global', 'zones/{zone}', 'regions/{region}'].flatMap((scope): [string, Handler][] => {
      const parent = `/compute/v1/projects/{project}/${scope}/operations`;
      return [
        [`GET ${parent}`, list],
        [`GET ${parent}/{operation}`, (request) => publicPart(find(request))],
        [`POST ${parent}/{operation}/wait`, wait],
      ];
    }),
  ),
});

/** The routes of an API's `google.longrunning.Operations`, to be spread into its definition. */
export function longRunningRoutes(host: string, version = 'v1'): Record<string, Handler> {
  const get: Handler = ({ store, path }) => {
    const name = decodeURIComponent(path.slice(path.indexOf(`/${version}/`) + version.length + 2));
    const operation = store.get<LongRunningOperation>('longRunningOperations', `${host}/${name}`);
    if (!operation) throw new ApiError(404, 'notFound', `Operation not found: ${name}`);
    return publicPart(operation);
  };
  return {
    [`GET /${version}/operations/{operation}`]: get,
    [`GET /${version}/projects/{project}/locations/{location}/operations/{operation}`]: get,
  };
}

function list({ store, path }: Request): object {
  const parent = path.replace(/^\/compute\/v1\//, '');
  const items = store.list<ComputeOperation>('operations', `${parent}/`).map(publicPart);
  return { kind: 'compute#operationList', id: parent, items, selfLink: `https://www.googleapis.com${path}` };
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
