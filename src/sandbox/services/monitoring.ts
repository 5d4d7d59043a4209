import { randomUUID } from 'node:crypto';

import * as z from 'zod';

import { ApiError, defineService } from '../service.ts';
import type { Request } from '../service.ts';
import { gated } from './gate.ts';
import { jsonBody } from './json-body.ts';
import type { Project } from './projects.ts';

const api = 'monitoring.googleapis.com';
const base = '/v1/projects/{project}/dashboards';

const Dashboard = z.looseObject({
  name: z.string().optional(),
  displayName: z.string().min(1),
  etag: z.string().nullish(),
});

interface StoredDashboard {
  name: string;
  etag: string;
}

/** Dashboards: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
export const monitoring = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: ['metrics, time series, alerts', 'whether the charts of a dashboard make sense'],
  routes: {
    [`POST ${base}`]: gated({ api, permission: 'monitoring.dashboards.create' }, create),
    [`GET ${base}`]: gated({ api, permission: 'monitoring.dashboards.list' }, ({ store }, project) => {
      const dashboards = store.list<StoredDashboard>('dashboards', parent(project));
      return dashboards.length > 0 ? { dashboards } : {};
    }),
    [`GET ${base}/{dashboard}`]: gated({ api, permission: 'monitoring.dashboards.get' }, find),
    [`PATCH ${base}/{dashboard}`]: gated({ api, permission: 'monitoring.dashboards.update' }, update),
    [`DELETE ${base}/{dashboard}`]: gated({ api, permission: 'monitoring.dashboards.delete' }, (request, project) => {
      request.store.delete('dashboards', find(request, project).name);
      return {};
    }),
  },
});

function create({ store, body }: Request, project: Project): StoredDashboard {
  const dashboard = jsonBody(Dashboard, body);
  // Google answers names with the project's number, whatever the client wrote.
  const name = `${parent(project)}${dashboard.name?.split('/').at(-1) ?? randomUUID()}`;
  if (store.get('dashboards', name)) throw new ApiError(409, 'alreadyExists', `Dashboard ${name} already exists.`);
  const made = { ...dashboard, name, etag: store.nextId() };
  store.put('dashboards', name, made);
  return made;
}

function update(request: Request, project: Project): StoredDashboard {
  const old = find(request, project);
  const dashboard = jsonBody(Dashboard, request.body);
  if (dashboard.etag && dashboard.etag !== old.etag) {
    throw new ApiError(
      409,
      'aborted',
      `The dashboard ${old.name} was changed meanwhile: its etag is not ${dashboard.etag}.`,
    );
  }
  const changed = { ...dashboard, name: old.name, etag: request.store.nextId() };
  request.store.put('dashboards', old.name, changed);
  return changed;
}

function find({ store, params }: Request, project: Project): StoredDashboard {
  const name = `${parent(project)}${params['dashboard'] ?? ''}`;
  const found = store.get<StoredDashboard>('dashboards', name);
  if (!found) throw new ApiError(404, 'notFound', `Could not find dashboard ${name}.`);
  return found;
}

function parent({ projectNumber }: Project): string {
  return `projects/${projectNumber}/dashboards/`;
}
