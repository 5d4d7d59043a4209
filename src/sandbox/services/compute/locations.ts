import { method } from './call.ts';
import type { Call } from './call.ts';
import type { Part } from './collection.ts';
import { listReply } from './pages.ts';
import { selfLink } from './path.ts';
import { regionalQuotas } from './quota.ts';
import { notFound } from './refusals.ts';
import { regionNames, scopeExists, zoneNames, zonesOf } from './zones.ts';

const created = '1969-12-31T16:00:00.000-08:00';

/** https://cloud.google.com/compute/docs/reference/rest/v1/zones and …/regions */
export const locations: Part = {
  routes: {
    'GET /compute/v1/projects/{project}/zones': method('compute.zones.list', (call) =>
      listReply(
        call.request,
        'compute#zone',
        `${base(call)}/zones`,
        zoneNames.map((name) => zone(call, name)),
      ),
    ),
    'GET /compute/v1/projects/{project}/zones/{name}': method('compute.zones.get', (call) =>
      zone(call, nameIn(call, 'zones')),
    ),
    'GET /compute/v1/projects/{project}/regions': method('compute.regions.list', (call) =>
      listReply(
        call.request,
        'compute#region',
        `${base(call)}/regions`,
        regionNames.map((name) => region(call, name)),
      ),
    ),
    'GET /compute/v1/projects/{project}/regions/{name}': method('compute.regions.get', (call) =>
      region(call, nameIn(call, 'regions')),
    ),
  },
};

function base({ project }: Call): string {
  return `projects/${project.projectId}`;
}

function nameIn(call: Call, kind: 'zones' | 'regions'): string {
  const name = call.request.params['name'] ?? '';
  if (!scopeExists(`${kind}/${name}`)) throw notFound(`${base(call)}/${kind}/${name}`);
  return name;
}

function zone(call: Call, name: string): object {
  return {
    kind: 'compute#zone',
    id: String(2000 + zoneNames.indexOf(name)),
    creationTimestamp: created,
    name,
    description: name,
    status: 'UP',
    region: selfLink(`${base(call)}/regions/${name.replace(/-[a-z]$/, '')}`),
    selfLink: selfLink(`${base(call)}/zones/${name}`),
    availableCpuPlatforms: ['Intel Broadwell', 'Intel Cascade Lake', 'Intel Sapphire Rapids', 'AMD Milan'],
    supportsPzs: false,
  };
}

function region(call: Call, name: string): object {
  return {
    kind: 'compute#region',
    id: String(1000 + regionNames.indexOf(name)),
    creationTimestamp: created,
    name,
    description: name,
    status: 'UP',
    zones: zonesOf(name).map((one) => selfLink(`${base(call)}/zones/${one}`)),
    quotas: regionalQuotas(call.request, call.project, name),
    selfLink: selfLink(`${base(call)}/regions/${name}`),
    supportsPzs: false,
  };
}
