import { isRefusal } from './api-error.ts';
import type { ApiCall } from './api.ts';
import { failed } from './failed.ts';
import type { Session } from './session.ts';

/** A condition under which a binding holds. */
export interface Condition {
  title: string;
  expression: string;
  description?: string;
}

/** Who has a role, perhaps under a condition. */
export interface Binding {
  role: string;
  members: string[];
  condition?: Condition;
}

/** An IAM policy as every API has it. */
export interface Policy {
  bindings?: Binding[];
  etag?: string;
  version?: number;
}

/** What a policy is to become; conditions need version 3. */
export interface PolicyChange {
  bindings: Binding[];
  version?: number;
}

/** Where a policy is read and written. */
export interface PolicyDoor {
  /** What it belongs to, for errors: `project "p"`. */
  describe: string;
  read: ApiCall;
  write(policy: Policy): ApiCall;
}

const attempts = 6;

/** Reads a policy. */
export async function readPolicy(session: Session, door: PolicyDoor): Promise<Policy> {
  try {
    return await session.api.call(door.read);
  } catch (error) {
    throw failed(`Error retrieving IAM policy for ${door.describe}`, error);
  }
}

/** Reads a policy, changes it and writes it back, again when somebody else has written it in between. */
export function changePolicy(
  session: Session,
  door: PolicyDoor,
  change: (bindings: Binding[]) => PolicyChange,
): Promise<void> {
  return session.alone(`policy of ${door.describe}`, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const policy = await readPolicy(session, door);
      const { bindings, version = policy.version ?? 1 } = change(policy.bindings ?? []);
      try {
        await session.api.call(door.write({ ...policy, bindings: bindings.map(sorted).toSorted(byRole), version }));
        return;
      } catch (error) {
        if (!isRefusal(error, 409) || attempt >= attempts) {
          throw failed(
            `Error applying IAM policy for ${door.describe}: Error setting IAM policy for ${door.describe}`,
            error,
          );
        }
        await session.api.pause(50 * 2 ** attempt);
      }
    }
  });
}

/** A member as policies have it: what comes after its kind in lower case, unless case says something there. */
export function normalMember(member: string): string {
  if (/^(allUsers|allAuthenticatedUsers|principal|principalSet|principalHierarchy)(:|$)/.test(member)) return member;
  const colon = member.indexOf(':');
  return member.slice(0, colon + 1) + member.slice(colon + 1).toLowerCase();
}

/** The bindings with `member` in the one for `role` and `condition`. */
export function withMember(
  bindings: readonly Binding[],
  role: string,
  member: string,
  condition?: Condition,
): Binding[] {
  const rest = withoutMember(bindings, role, member, condition);
  const at = rest.findIndex((binding) => isSame(binding, role, condition));
  if (at < 0) return [...rest, { role, members: [member], ...(condition ? { condition } : {}) }];
  return rest.map((binding, index) => (index === at ? { ...binding, members: [...binding.members, member] } : binding));
}

/** The bindings without `member` in the one for `role` and `condition`; a binding without members goes. */
export function withoutMember(
  bindings: readonly Binding[],
  role: string,
  member: string,
  condition?: Condition,
): Binding[] {
  const lower = member.toLowerCase();
  return bindings
    .map((binding) =>
      isSame(binding, role, condition)
        ? { ...binding, members: binding.members.filter((each) => each.toLowerCase() !== lower) }
        : binding,
    )
    .filter(({ members }) => members.length > 0);
}

/** The member as the policy has it, in the binding for `role` and `condition`. */
export function findMember(policy: Policy, role: string, member: string, condition?: Condition): string | undefined {
  const binding = policy.bindings?.find((each) => isSame(each, role, condition));
  return binding?.members.find((each) => each.toLowerCase() === member.toLowerCase());
}

function sorted(binding: Binding): Binding {
  return { ...binding, members: binding.members.toSorted() };
}

function byRole(a: Binding, b: Binding): number {
  const [one, other] = [a, b].map(({ role, condition }) => `${role} ${condition?.title ?? ''}`) as [string, string];
  return one < other ? -1 : Number(one > other);
}

function isSame(binding: Binding, role: string, condition?: Condition): boolean {
  if (binding.role !== role) return false;
  const [a, b] = [binding.condition, condition];
  if (!a || !b) return !a && !b;
  return a.title === b.title && a.expression === b.expression && (a.description ?? '') === (b.description ?? '');
}
