import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Store } from '../../service.ts';
import type { Call } from './call.ts';
import { linkOf, nameOf, pathOf, pathOfLink } from './path.ts';
import { invalidValue, notFound, notReady, staleFingerprint } from './refusals.ts';

/** A stored resource: what Google answers, with private bookkeeping under keys that begin with `_`. */
export interface Resource {
  id: string;
  name: string;
  selfLink: string;
  creationTimestamp: string;
  labels?: Record<string, string>;
  labelFingerprint?: string;
  /** Name of the operation that is still making it. */
  _making?: string;
  [field: string]: unknown;
}

const nameRule = '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)';

/** A resource's name after RFC 1035: https://cloud.google.com/compute/docs/naming-resources */
export const ResourceName = z.string().regex(new RegExp(`^${nameRule}$`), `Must be a match of regex '${nameRule}'`);

/** Checks a body against `schema`; the first thing that does not fit is answered with 400 in Compute's words. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  root = 'resource',
): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const field = path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`),
    root,
  );
  const value = path.reduce<unknown>((here, part) => (here as Record<PropertyKey, unknown> | undefined)?.[part], body);
  if (value === undefined) {
    throw new ApiError(400, 'required', `Required field '${field}' not specified`);
  }
  throw invalidValue(field, value, issue?.message ?? 'Invalid value');
}

/** The resource at `path` or (for names of digits) with that numeric id. Throws 404. */
export function find<T extends Resource = Resource>(store: Store, collection: string, path: string): T {
  const found = store.get<T>(collection, path) ?? byNumber<T>(store, collection, path);
  if (!found) throw notFound(path);
  return found;
}

/**
 * The full URL of a reference of any form to something that must be there and ready.
 * Throws 404 when it is not there, 400 `resourceNotReady` while an operation is still making it.
 */
export function reference(call: Call, collection: string, value: string, scope: string = 'global'): string {
  const path = pathOf(value, { project: call.project.projectId, scope, collection });
  const found = find(call.store, collection, path);
  if (found._making !== undefined) throw notReady(path);
  return found.selfLink;
}

/** The full URL of a reference of any form that need not be there. */
export function link(call: Call, collection: string, value: string, scope: string = 'global'): string {
  return linkOf(value, { project: call.project.projectId, scope, collection });
}

/** Throws 412 when the client's fingerprint is not the current one. */
export function checkFingerprint(
  sent: unknown,
  current: unknown,
  what: Parameters<typeof staleFingerprint>[0] = 'resource',
): void {
  if (sent !== current) throw staleFingerprint(what);
}

function byNumber<T extends Resource>(store: Store, collection: string, path: string): T | undefined {
  if (!/^\d+$/.test(nameOf(path))) return undefined;
  const parent = path.slice(0, path.lastIndexOf('/') + 1);
  for (const [, value] of store.entries<T>(collection, parent)) {
    if (value.id === nameOf(path)) return value;
  }
  return undefined;
}

/** Paths of the resources of `collection` in the project of `path` for which `test` holds. */
export function* pathsWhere<T extends Resource>(
  store: Store,
  collection: string,
  path: string,
  test: (resource: T) => boolean,
): Iterable<string> {
  const project = path.split('/', 2).join('/');
  for (const [, value] of store.entries<T>(collection, `${project}/`)) {
    if (test(value)) yield pathOfLink(value.selfLink);
  }
}
