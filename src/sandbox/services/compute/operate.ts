import type { Call } from './call.ts';
import { prune } from './prune.ts';
import { notReady } from './refusals.ts';
import type { Resource } from './resource.ts';

/** Starts an operation on a resource; the answer is what the handler returns. */
export function operate(
  call: Call,
  operationType: string,
  target: Pick<Resource, 'selfLink' | 'id'>,
  effect?: { name: string; args: object },
): object {
  return call.request.operations.compute({
    project: call.project.projectId,
    scope: call.scope,
    operationType,
    targetLink: target.selfLink,
    targetId: target.id,
    user: call.request.principal,
    ...(effect ? { effect } : {}),
  });
}

/** Puts a changed resource in place of the old one and starts the operation that Google answers. */
export function change(
  call: Call,
  plural: string,
  resource: Resource,
  operationType: string,
  fields: object,
  effect?: { name: string; args: object },
): object {
  const path = `${call.parent}/${plural}/${resource.name}`;
  if (resource._making !== undefined) throw notReady(path);
  call.store.put(plural, path, prune({ ...resource, ...fields }));
  return operate(call, operationType, resource, effect);
}

/** The path of the resource that a request names, by its name or its number. */
export function resourcePath(call: Call, plural: string): string {
  const { name } = call.request.params;
  const fromBody = (call.request.body as { name?: unknown } | undefined)?.name;
  if (name !== undefined) return `${call.parent}/${plural}/${name}`;
  return typeof fromBody === 'string' && call.request.method === 'POST'
    ? `${call.parent}/${plural}/${fromBody}`
    : `projects/${call.project.projectId}`;
}
