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

// Google makes these with a network and its subnetworks, and takes them away with them.
const ownRoute = /^default-route-/;

/** Something that somebody else has put into one of our networks. */
export interface Dependant {
  /** `firewalls`, `routes` … */
  collection: string;
  name: string;
  /** `projects/p/global/firewalls/n` */
  path: string;
}

/** What holds the deployment's own networks and carries no mark of ours. */
export interface Dependants {
  /** Added by a known automatism: deleted with the network it belongs to. */
  automatic: Dependant[];
  /** Added by somebody we do not know: named, and taken only when the user says so. */
  unknown: Dependant[];
}

/**
 * Finds them by the exact link of our networks, never by a part of a name. Firewall rules are all looked for; `refused`
 * is what Google itself has named when it would not delete a network, and then routes are looked for as well.
 */
export async function findDependants(
  http: GoogleHttp,
  deployment: Pick<Deployment, 'project' | 'prefix' | 'uuid'>,
  refused: readonly { used: string; by: string }[] = [],
): Promise<Dependants> {
  const { project } = deployment;
  const isOurs = ({ description }: { description: string }): boolean => description.includes(marker(deployment));
  const ofOurKinds = refused.some(({ by }) => isOfOurKinds(by));
  const [networks, firewalls, routes, seen] = await Promise.all([
    listGlobal(http, project, 'networks'),
    listGlobal(http, project, 'firewalls'),
    // Who may not look at routes is told of them by Google, one by one.
    refused.length > 0 ? orNothing(listGlobal(http, project, 'routes')) : [],
    ofOurKinds ? survey(http, project) : [],
  ]);
  const ours = new Set(networks.filter(isOurs).map(({ selfLink }) => pathBelowProjects(selfLink)));
  const listed = [...firewalls, ...routes.filter(({ name }) => !ownRoute.test(name))]
    .filter((one) => ours.has(pathBelowProjects(one.network)))
    .filter((one) => !isOurs(one));
  const known = [...firewalls, ...routes].map(({ selfLink }) => pathBelowProjects(selfLink));
  const isForeign = (path: string): boolean =>
    isOfOurKinds(path)
      ? seen.some(({ id, mark }) => id === path && mark?.uuid !== deployment.uuid)
      : !known.includes(path);
  const named = refused.filter(({ used, by }) => ours.has(used) && isForeign(by));
  const paths = [...listed.map(({ selfLink }) => pathBelowProjects(selfLink)), ...named.map(({ by }) => by)];
  const found = [...new Set(paths)].map(dependant);
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

// Of these we have some ourselves, which go by themselves or by Terraform; of the others Google's word is all there is.
function isOfOurKinds(path: string): boolean {
  return /\/(?:subnetworks|instances|routers|addresses)\//.test(path);
}
