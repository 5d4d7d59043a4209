import * as z from 'zod';

import { longRunningRoutes } from '../operation-routes.ts';
import { ApiError, defineService } from '../service.ts';
import type { Request, World } from '../service.ts';
import { apiIsOn, apiTitle, billingIsOn, knownApis, setApi } from './apis.ts';
import { gated } from './gate.ts';
import { projectOf } from './projects.ts';
import type { Project } from './projects.ts';

const api = 'serviceusage.googleapis.com';
const base = '/v1/projects/{project}/services';

const Batch = z.looseObject({ serviceIds: z.array(z.string()).min(1).max(20) });

/** Which APIs are on: https://cloud.google.com/service-usage/docs/reference/rest */
export const serviceUsage = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: ['quota overrides', 'dependencies between APIs'],
  routes: {
    ...longRunningRoutes(api),
    [`GET ${base}`]: gated({ api, permission: 'serviceusage.services.list' }, list),
    [`GET ${base}/{service}`]: gated({ api, permission: 'serviceusage.services.get' }, (request, project) =>
      shown(request, project, request.params['service'] ?? ''),
    ),
    [`GET ${base}:batchGet`]: gated({ api, permission: 'serviceusage.services.get' }, (request, project) => ({
      services: request.search
        .getAll('names')
        .map((name) => shown(request, project, name.slice(name.lastIndexOf('/') + 1))),
    })),
    [`POST ${base}/{service}:enable`]: gated({ api, permission: 'serviceusage.services.enable' }, (request, project) =>
      change(request, project, [request.params['service'] ?? ''], 'ENABLED'),
    ),
    [`POST ${base}/{service}:disable`]: gated(
      { api, permission: 'serviceusage.services.disable' },
      (request, project) => change(request, project, [request.params['service'] ?? ''], 'DISABLED'),
    ),
    [`POST ${base}:batchEnable`]: gated({ api, permission: 'serviceusage.services.enable' }, (request, project) => {
      const parsed = Batch.safeParse(request.body);
      if (!parsed.success) throw new ApiError(400, 'badRequest', 'serviceIds must name between 1 and 20 services.');
      return change(request, project, parsed.data.serviceIds, 'ENABLED');
    }),
  },
  effects: { 'serviceusage.set': finish },
});

function list(request: Request, project: Project): object {
  const state = /state:(ENABLED|DISABLED)/.exec(request.query['filter'] ?? '')?.[1];
  const touched = request.store.list<{ api: string }>('apis', `${project.projectId}/`).map((one) => one.api);
  const services = [...new Set([...knownApis, ...touched])]
    .sort()
    .map((name) => shown(request, project, name))
    .filter((one) => state === undefined || one.state === state);
  return services.length > 0 ? { services } : {};
}

function shown({ store }: Pick<Request, 'store'>, project: Project, name: string): { name: string; state: string } {
  const parent = `projects/${project.projectNumber}`;
  const service = {
    name: `${parent}/services/${name}`,
    config: { name, title: apiTitle(name) },
    state: apiIsOn(store, project, name) ? 'ENABLED' : 'DISABLED',
    parent,
  };
  return service;
}

function change(request: Request, project: Project, apis: readonly string[], state: 'ENABLED' | 'DISABLED'): object {
  if (state === 'ENABLED' && !billingIsOn(request.store, project)) throw needsBilling(project, apis);
  const names = apis.map((name) => `projects/${project.projectNumber}/services/${name}`);
  return request.operations.longRunning({
    host: api,
    parent: '',
    metadata: { '@type': 'type.googleapis.com/google.api.serviceusage.v1.OperationMetadata', resourceNames: names },
    effect: { name: 'serviceusage.set', args: { project: project.projectId, apis, state } },
  });
}

function finish(
  world: World,
  { project: id, apis, state }: { project: string; apis: string[]; state: 'ENABLED' | 'DISABLED' },
): object {
  const project = projectOf(world.store, id, world.clock.now());
  for (const name of apis) setApi(world.store, project, name, state);
  const services = apis.map((name) => shown(world, project, name));
  return services.length === 1 ? { service: services[0] } : { services };
}

function needsBilling(project: Project, apis: readonly string[]): ApiError {
  const message = `Billing account for project '${project.projectNumber}' is not found. Billing must be enabled for activation of service(s) '${apis.join(',')}' to proceed.`;
  return new ApiError(400, 'failedPrecondition', message, [
    {
      '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
      violations: [{ type: 'googleapis.com/billing-enabled', subject: project.projectNumber, description: message }],
    },
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'UREQ_PROJECT_BILLING_NOT_FOUND',
      domain: 'serviceusage.googleapis.com/billing-enabled',
    },
  ]);
}
