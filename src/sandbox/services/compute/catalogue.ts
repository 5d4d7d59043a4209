import { method } from './call.ts';
import type { Call } from './call.ts';
import type { Part } from './collection.ts';
import { aggregatedReply, listReply } from './pages.ts';
import { notFound } from './refusals.ts';
import { zoneNames } from './zones.ts';

/** A collection that Google fills, the same in every project: machine types, accelerators, disk types. */
export interface Catalogue {
  collection: string;
  kind: string;
  /** What a zone has, in order of name. */
  list(zone: string, projectId: string): readonly object[];
  /** One of them by name; `undefined` when the zone has none. */
  get(zone: string, name: string, projectId: string): object | undefined;
}

/** get, list and aggregatedList of a zonal collection that cannot be changed. */
export function catalogue({ collection, kind, list, get }: Catalogue): Part {
  const base = `/compute/v1/projects/{project}/zones/{zone}/${collection}`;
  return {
    routes: {
      [`GET ${base}`]: method(`compute.${collection}.list`, (call) =>
        listReply(call.request, kind, `${call.parent}/${collection}`, list(zoneOf(call), call.project.projectId)),
      ),
      [`GET ${base}/{name}`]: method(`compute.${collection}.get`, (call) => {
        const name = call.request.params['name'] ?? '';
        const found = get(zoneOf(call), name, call.project.projectId);
        if (!found) throw notFound(`${call.parent}/${collection}/${name}`);
        return found;
      }),
      [`GET /compute/v1/projects/{project}/aggregated/${collection}`]: method(`compute.${collection}.list`, (call) =>
        aggregatedReply(
          call.request,
          { kind, collection, project: call.project.projectId, scopes: zoneNames.map((zone) => `zones/${zone}`) },
          zoneNames.flatMap((zone) => list(zone, call.project.projectId).map((one) => [`zones/${zone}`, one] as const)),
        ),
      ),
    },
  };
}

function zoneOf({ scope }: Call): string {
  return scope.slice('zones/'.length);
}
