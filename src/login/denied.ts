import { fail } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { missingPermissions } from '../google/projects.ts';
import type { Identity } from '../google/identity.ts';
import type { Place } from './place.ts';

// What logging in takes, and the smallest role that has it:
// https://cloud.google.com/compute/docs/oslogin/set-up-oslogin#configure_users
type Permission = 'iap.tunnelInstances.accessViaIAP' | 'compute.instances.osLogin' | 'iam.serviceAccounts.actAs';
const roles: Readonly<Record<Permission, string>> = {
  'iap.tunnelInstances.accessViaIAP': 'roles/iap.tunnelResourceAccessor',
  'compute.instances.osLogin': 'roles/compute.osLogin',
  'iam.serviceAccounts.actAs': 'roles/iam.serviceAccountUser',
};

/** The permissions that `identity` lacks to log in to the machine, as far as it may be asked in the project. */
export async function missingForLogin({ http, project, machine }: Place): Promise<Permission[]> {
  const runsAsSomebody = (machine.serviceAccounts ?? []).length > 0;
  const needed = (Object.keys(roles) as Permission[]).filter(
    (permission) => runsAsSomebody || permission !== 'iam.serviceAccounts.actAs',
  );
  const missing = await missingPermissions(http, project, needed).catch((): string[] => []);
  return needed.filter((permission) => missing.includes(permission));
}

/** The fault for a login that Google or the machine has refused, with the commands that grant what is missing. */
export async function loginDenied(place: Place, { email, member }: Identity, reason: string): Promise<Fault> {
  const missing = await missingForLogin(place);
  // Where nothing is missing in the project, it may be a condition or another level: then all roles are named.
  const wanted = missing.length > 0 ? missing.map((permission) => roles[permission]) : Object.values(roles);
  const commands = wanted.map(
    (role) => `\`gcloud projects add-iam-policy-binding ${place.project} --member=${member} --role=${role}\``,
  );
  return fail(
    'LOGIN_DENIED',
    {
      who: email,
      machine: place.machine.name,
      reason: missing.length > 0 ? `missing ${missing.join(', ')}` : reason || 'Google gives no reason',
      project: place.project,
      commands: commands.join(' and '),
    },
    { google: reason, details: missing },
  );
}
