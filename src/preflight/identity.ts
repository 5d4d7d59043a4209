import { machineRoles } from '../catalog/machine-roles.ts';
import type { MachineRole } from '../catalog/machine-roles.ts';
import { counted } from '../core/count.ts';
import { bucketBindings, projectBindings } from '../google/policies.ts';
import type { Bindings } from '../google/policies.ts';
import type { Check } from './check.ts';

/**
 * Has the account of SERVICE_ACCOUNT the roles that the machines need? They are the user's to give, and a group or a
 * folder may give them where we cannot see it: so what seems to be missing is told, and refuses nothing.
 */
export const identity: Check = {
  name: 'identity',
  summary: 'the account of SERVICE_ACCOUNT has the roles that the machines need',
  async ask({ options, http }) {
    const { serviceAccount: account, projectId } = options;
    if (account === undefined) return 'one is made';
    const needed = machineRoles(options);
    if (needed.length === 0) return 'no role is needed';
    const inProject = await projectBindings(http, projectId);
    const answers = await Promise.all(
      needed.map(async (one) => {
        if (has(account, one, inProject) === true) return true;
        return one.bucket === undefined
          ? has(account, one, inProject)
          : has(account, one, await bucketBindings(http, one.bucket));
      }),
    );
    const words = (roles: readonly MachineRole[]): string[] =>
      roles.map(
        ({ role, bucket }) => `${role} ${bucket === undefined ? `in project ${projectId}` : `on gs://${bucket}`}`,
      );
    const missing = words(needed.filter((_, place) => answers[place] === false));
    if (missing.length > 0) {
      const text = 'SERVICE_ACCOUNT lacks roles that the machines need, as far as can be seen';
      return {
        answer: `${missing.length} missing`,
        level: 'warn',
        text,
        data: { detail: detail(account, missing), missing },
      };
    }
    if (answers.every(Boolean)) return `${counted(needed.length, 'role')} granted`;
    const text = 'SERVICE_ACCOUNT needs roles that are yours to give';
    return { answer: 'not seen', level: 'info', text, data: { detail: detail(account, words(needed)) } };
  },
};

function detail(account: string, roles: readonly string[]): string {
  return `${account}: ${roles.join(', ')}`;
}

// Predefined roles that hold what a needed one is for: https://cloud.google.com/iam/docs/understanding-roles
const wider: Readonly<Record<string, readonly string[]>> = {
  'roles/logging.logWriter': ['roles/logging.admin', 'roles/editor', 'roles/owner'],
  'roles/monitoring.metricWriter': ['roles/monitoring.editor', 'roles/monitoring.admin', 'roles/editor', 'roles/owner'],
  'roles/compute.viewer': [
    'roles/compute.admin',
    'roles/compute.instanceAdmin.v1',
    'roles/viewer',
    'roles/editor',
    'roles/owner',
  ],
  'roles/storage.objectUser': ['roles/storage.objectAdmin', 'roles/storage.admin'],
};

/** Undefined where it cannot be known: nobody lets us look, or the account has a custom role. */
function has(account: string, { role }: MachineRole, bindings: Bindings | undefined): boolean | undefined {
  if (bindings === undefined) return undefined;
  const held = bindings.filter(({ members }) => members.includes(`serviceAccount:${account}`)).map((one) => one.role);
  if ([role, ...(wider[role] ?? [])].some((enough) => held.includes(enough))) return true;
  return held.some((one) => !one.startsWith('roles/')) ? undefined : false;
}
