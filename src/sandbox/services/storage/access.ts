import { ApiError } from '../../service.ts';
import type { Request } from '../../service.ts';
import { noteUse } from '../../used-permissions.ts';
import { mayUse, roleHas } from '../permissions.ts';
import type { Bucket } from './bucket.ts';
import { parseCondition } from './condition.ts';
import type { Attributes } from './condition.ts';
import { bucketPolicy } from './policy.ts';
import type { Binding } from './policy.ts';

/** Who asks, when, and on whose behalf the store is read. */
export type Asker = Pick<Request, 'store' | 'principal' | 'now' | 'query'>;

/** Throws 403 `forbidden` unless the asker may use `permission` on the bucket, or on the object in it. */
export function authorize(asker: Asker, bucket: Bucket, permission: string, object?: string): void {
  noteUse(asker.store, bucket._project, asker.principal, permission);
  if (mayAccess(asker, bucket, permission, object)) return;
  throw forbidden(
    asker.principal,
    permission,
    object === undefined ? 'Google Cloud Storage bucket' : 'Google Cloud Storage object',
  );
}

/** Tells whether the asker may use `permission`: by a role in the project or by the bucket's policy. */
export function mayAccess(asker: Asker, bucket: Bucket, permission: string, object?: string): boolean {
  const { store, principal } = asker;
  if (bucket._stranger === 'closed') return false;
  if (bucket._stranger === 'readable') return /\.(get|list)$/.test(permission);
  if (mayUse(store, bucket._project, principal, permission)) return true;
  return bucketPolicy(store, bucket).bindings.some(
    (binding) =>
      binding.members.includes(principal) &&
      roleHas(binding.role, permission) &&
      holds(binding, attributesOf(asker, bucket, object)),
  );
}

/** The refusal of a permission, worded as Cloud Storage does. */
export function forbidden(principal: string, permission: string, resource: string): ApiError {
  const who = principal.replace(/^\w+:/, '');
  return new ApiError(
    403,
    'forbidden',
    `${who} does not have ${permission} access to the ${resource}. Permission '${permission}' denied on resource (or it may not exist).`,
  );
}

// https://cloud.google.com/storage/docs/access-control/iam#conditions
function attributesOf({ now, query }: Asker, bucket: Bucket, object: string | undefined): Attributes {
  const name = `projects/_/buckets/${bucket.name}`;
  return {
    'resource.name': object === undefined ? name : `${name}/objects/${object}`,
    'resource.type': `storage.googleapis.com/${object === undefined ? 'Bucket' : 'Object'}`,
    'resource.service': 'storage.googleapis.com',
    'request.time': now,
    'api:storage.googleapis.com/objectListPrefix': query['prefix'],
  };
}

const parsed = new Map<string, (attributes: Attributes) => boolean>();

function holds({ condition }: Binding, attributes: Attributes): boolean {
  if (!condition) return true;
  let evaluate = parsed.get(condition.expression);
  if (!evaluate) parsed.set(condition.expression, (evaluate = parseCondition(condition.expression)));
  return evaluate(attributes);
}
