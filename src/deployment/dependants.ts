import { eachAtMost } from '../core/each-at-most.ts';
import { deleteResource, listGlobal, pathBelowProjects } from '../google/compute-resources.ts';
import type { GoogleHttp } from '../google/http.ts';
import { orNothing } from '../google/or-nothing.ts';
import { marker } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import { survey } from './inventory.ts';

// What Google's own controllers (GKE) and organisations' automatic firewalls put into every network. It carries no mark
// of ours, and it stops the deletion of the network (known issue b/186792016 of the original).
const automatic = /^(?:k8s\d?|gke|aet)-/;

// Kinds that a deployment can have, and that the inventory therefore sees.
const ofOurKinds =
  /\/(?:instanceGroupManagers|instances|instanceTemplates|disks|resourcePolicies|addresses|routers|firewalls|subnetworks|networks)\//;

// Google makes these with a network and its subnetworks, and takes them away with them.
const ownRoute = /^default-route-/;

/** Something of somebody else's that uses a resource of ours, most often by being in one of our networks. */
export interface Dependant {
  /** `firewalls`, `routes` … */
  collection: string;
  name: string;
  /** `projects/p/global/firewalls/n` */
  path: string;
}

/** What holds the deployment's own resources and carries no mark of ours. */
export interface Dependants {
  /** Added by a known automatism: deleted with the network it belongs to. */
  automatic: Dependant[];
  /** Added by somebody we do not know: named, and taken only when the user says so. */
  unknown: Dependant[];
}

/**
 * Finds them by exact links, never by a part of a name. Firewall rules in our networks are all looked for; `refused` is what Google
 * itself has named when it would not delete something, and then routes are looked for as well.
 */
export async function findDependants(
  http: GoogleHttp,
  { project, prefix, uuid }: Pick<Deployment, 'project' | 'prefix' | 'uuid'>,
  refused: readonly { used: string; by: string }[] = [],
): Promise<Dependants> {
  const isMarked = ({ description }: { description: string }): boolean =>
    description.includes(marker({ prefix, uuid }));
  const wasRefused = refused.length > 0;
  const [networks, firewalls, routes, seen] = await Promise.all([
    listGlobal(http, project, 'networks'),
    listGlobal(http, project, 'firewalls'),
    // Who may not look at routes is told of them by Google, one by one.
    wasRefused ? orNothing(listGlobal(http, project, 'routes')) : [],
    wasRefused ? survey(http, project) : [],
  ]);
  const ours = new Set(networks.filter(isMarked).map(({ selfLink }) => pathBelowProjects(selfLink)));
  const inOurNetworks = [...firewalls, ...routes.filter(({ name }) => !ownRoute.test(name))]
    .filter((one) => ours.has(pathBelowProjects(one.network)))
    .filter((one) => !isMarked(one))
    .map(({ selfLink }) => pathBelowProjects(selfLink));

  const owners = new Map(seen.map(({ id, mark }) => [id, mark?.uuid]));
  const listed = routes.map(({ selfLink }) => pathBelowProjects(selfLink));
  // What is of a kind that we can have and was not seen is gone meanwhile; of other kinds Google's word is all there is.
  const isForeign = (path: string): boolean =>
    ofOurKinds.test(path) ? owners.has(path) && owners.get(path) !== uuid : !listed.includes(path);
  const named = refused.filter(({ used, by }) => owners.get(used) === uuid && isForeign(by)).map(({ by }) => by);

  const found = [...new Set([...inOurNetworks, ...named])].map(dependant);
  return {
    automatic: found.filter(({ name }) => automatic.test(name)),
    unknown: found.filter(({ name }) => !automatic.test(name)),
  };
}

/** Deletes them, eight at a time, and waits until they are gone. Throws GoogleError for the first that cannot be deleted. */
export async function deleteDependants(
  http: GoogleHttp,
  dependants: readonly Dependant[],
  signal?: AbortSignal,
): Promise<void> {
  await eachAtMost(8, dependants, ({ path }) => deleteResource(http, path, { signal }));
}

function dependant(path: string): Dependant {
  const [name = '', collection = ''] = path.split('/').toReversed();
  return { collection, name, path };
}
