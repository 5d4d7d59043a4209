import { deleteResource, listGlobal } from '../google/compute-resources.ts';
import type { ComputeResource } from '../google/compute-resources.ts';
import type { GoogleHttp } from '../google/http.ts';
import { marker } from './deployment.ts';
import type { Deployment } from './deployment.ts';

// Rules that Google's own controllers and organisations' automatic firewalls add to every network. They carry no mark
// of ours, and they stop the deletion of the network (known issue b/186792016 of the original).
const automatic = /^(k8s|gke|aet)-/;

/** Firewall rules on the deployment's own networks that somebody else added. */
export interface ForeignFirewalls {
  /** Added by a known automatism: deleted with the network they belong to. */
  automatic: ComputeResource[];
  /** Added by somebody we do not know: named, and taken only with DELETE_FOREIGN_FIREWALLS=yes. */
  unknown: ComputeResource[];
}

/** Finds the foreign rules by the exact link of our networks, never by a part of a name. */
export async function findForeignFirewalls(
  http: GoogleHttp,
  deployment: Pick<Deployment, 'project' | 'prefix' | 'uuid'>,
): Promise<ForeignFirewalls> {
  const [networks, firewalls] = await Promise.all([
    listGlobal(http, deployment.project, 'networks'),
    listGlobal(http, deployment.project, 'firewalls'),
  ]);
  const ours = new Set(
    networks.filter(({ description }) => description.includes(marker(deployment))).map(({ selfLink }) => selfLink),
  );
  const foreign = firewalls.filter(
    ({ network, description }) => ours.has(network) && !description.includes(marker(deployment)),
  );
  return {
    automatic: foreign.filter(({ name }) => automatic.test(name)),
    unknown: foreign.filter(({ name }) => !automatic.test(name)),
  };
}

/** Deletes rules and waits until they are gone. */
export async function deleteFirewalls(
  http: GoogleHttp,
  firewalls: readonly ComputeResource[],
  signal?: AbortSignal,
): Promise<void> {
  await Promise.all(firewalls.map(({ selfLink }) => deleteResource(http, selfLink, { signal })));
}
