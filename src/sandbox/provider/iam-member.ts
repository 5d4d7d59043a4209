import { ApiRefusal } from './api-error.ts';
import type { Fields } from './field.ts';
import { failed } from './failed.ts';
import { changePolicy, findMember, normalMember, readPolicy, withMember, withoutMember } from './iam-policy.ts';
import type { Condition, PolicyDoor } from './iam-policy.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';
import { blocksOf, textOf } from './value.ts';
import type { ObjectValue } from './value.ts';

/** One kind of thing whose IAM policy can be given members. */
export interface IamMemberSpec {
  type: string;
  /** The attribute that names the thing: `project`, `bucket`. */
  parent: string;
  fields: Fields;
  /** The thing's part of the id: `b/bucket`. */
  parentId(parent: string): string;
  door(parentId: string): PolicyDoor;
}

const memberPattern = /.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers/;

/**
 * A member of a role in somebody's IAM policy, in the form of the real provider's `…_iam_member` types: nothing but the
 * one member is managed. https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_project_iam
 */
export function iamMember(spec: IamMemberSpec): Resource {
  const doorOf = (values: ObjectValue): PolicyDoor => spec.door(spec.parentId(textOf(values, spec.parent)));

  async function read(state: ObjectValue, session: Session): Promise<ObjectValue | null> {
    const { role, member, condition } = grantOf(state);
    const door = doorOf(state);
    try {
      const policy = await readPolicy(session, door);
      const found = findMember(policy, role, member, condition);
      if (found === undefined) return null;
      const parent = spec.parentId(textOf(state, spec.parent));
      return {
        ...state,
        id: idOf(parent, role, member, condition),
        member: found,
        etag: policy.etag ?? '',
        [spec.parent]: parent,
      };
    } catch (error) {
      if (isGone(error)) return null;
      const what = `Resource ${JSON.stringify(door.describe)} with IAM Member: Role "${role}" Member "${member}"`;
      throw failed(`Error when reading or editing ${what}`, error);
    }
  }

  return {
    type: spec.type,
    fields: {
      role: { replace: true },
      member: {
        replace: true,
        same: (a, b) => String(a).toLowerCase() === String(b).toLowerCase(),
        check: (value, key) =>
          memberPattern.test(String(value))
            ? undefined
            : `invalid value "${String(value)}" for ${key} (IAM members must have one of the values outlined here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)`,
      },
      condition: { replace: true },
      ...spec.fields,
    },

    async create(planned, session) {
      const { role, member, condition } = grantOf(planned);
      await changePolicy(session, doorOf(planned), (bindings) => ({
        bindings: withMember(bindings, role, member, condition),
        version: 3,
      }));
      const state = await read({ ...planned, etag: null }, session);
      if (!state)
        throw new Error(
          `Error applying IAM policy for ${doorOf(planned).describe}: the member ${member} is gone again`,
        );
      return state;
    },

    read,

    // Every attribute makes a new member.
    update: async (planned) => planned,

    async delete(state, session) {
      const { role, member, condition } = grantOf(state);
      try {
        await changePolicy(session, doorOf(state), (bindings) => ({
          bindings: withoutMember(bindings, role, member, condition),
        }));
      } catch (error) {
        if (isGone(error)) return;
        throw error;
      }
    },

    async importState(id, session) {
      const [parent = '', role, member, ...title] = id.trim().split(/\s+/);
      if (role === undefined || member === undefined) {
        const parts = `[${[parent, role, member].filter(Boolean).join(' ')}]`;
        throw new Error(
          `Wrong number of parts to Member id ${parts}; expected 'resource_name role member [condition_title]'.`,
        );
      }
      const parentId = spec.parentId(parent);
      const door = spec.door(parentId);
      const conditionTitle = title.join(' ');
      const { bindings = [] } = await readPolicy(session, door);
      const found = bindings.find(
        (binding) =>
          binding.role === role &&
          (binding.condition?.title ?? '') === conditionTitle &&
          binding.members.some((each) => each.toLowerCase() === member.toLowerCase()),
      );
      if (!found) {
        throw new Error(
          `Cannot find binding for ${JSON.stringify(door.describe)} with role "${role}", member "${member}", and condition title "${conditionTitle}"`,
        );
      }
      const { condition } = found;
      return {
        id: idOf(parentId, role, normalMember(member), condition),
        [spec.parent]: parentId,
        role,
        member: normalMember(member),
        condition: condition ? [{ description: null, ...condition }] : [],
      };
    },
  };
}

function grantOf(values: ObjectValue): { role: string; member: string; condition?: Condition } {
  const [condition] = blocksOf(values, 'condition');
  const grant = { role: textOf(values, 'role'), member: normalMember(textOf(values, 'member')) };
  if (!condition) return grant;
  const description = textOf(condition, 'description');
  const [title, expression] = [textOf(condition, 'title'), textOf(condition, 'expression')];
  return { ...grant, condition: { title, expression, ...(description === '' ? {} : { description }) } };
}

function idOf(parent: string, role: string, member: string, condition?: Condition): string {
  const under = condition ? `/${condition.title}/${condition.description ?? ''}/${condition.expression}` : '';
  return `${parent}/${role}/${member}${under}`;
}

function isGone(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof ApiRefusal && cause.status === 404;
}
