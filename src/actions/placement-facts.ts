import { marker } from '../deployment/deployment.ts';
import { getReservation } from '../google/compute-facts.ts';
import { listAggregated } from '../google/compute-resources.ts';
import { reservationPlace } from '../preflight/reservation.ts';
import type { KnownDeployment } from './find-deployment.ts';
import type { Session } from './session.ts';
import type { Wanted } from './wanted.ts';

/** What the cloud decides of the placement: the reservation, and the policy that machines of the deployment carry already. */
export async function placementFacts(
  session: Session,
  known: KnownDeployment | undefined,
  existing: number,
): Promise<Pick<Wanted, 'reservationPolicy' | 'keepsPolicy'>> {
  const [policy, keepsPolicy] = await Promise.all([
    reservationPolicy(session),
    known !== undefined && existing > 0 ? hasPolicy(session, known) : false,
  ]);
  return { reservationPolicy: policy, keepsPolicy };
}

/** The placement policy of the reservation: machines that use it must carry the same one, and a new one is refused. */
async function reservationPolicy({ run, http }: Session): Promise<string | undefined> {
  const { reservationName, projectId, zones } = run.options;
  if (reservationName === undefined) return undefined;
  const { owner, name } = reservationPlace(reservationName, projectId);
  const found = await getReservation(http, owner, zones[0] ?? '', name);
  return Object.values(found?.resourcePolicies ?? {})[0];
}

async function hasPolicy({ http }: Session, { deployment }: KnownDeployment): Promise<boolean> {
  const policies = await listAggregated(http, deployment.project, 'resourcePolicies');
  return policies.some(({ description }) => description.includes(marker(deployment)));
}
