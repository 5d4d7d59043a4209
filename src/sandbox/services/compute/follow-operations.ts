import type { ComputeOperation } from '../../operations.ts';
import type { World } from '../../service.ts';
import type { Undo } from './collection.ts';
import type { Group } from './group.ts';
import type { Instance } from './instance.ts';
import { pathOfLink } from './path.ts';
import type { Resource } from './resource.ts';

/**
 * Keeps resources in step with the operations on them: a machine is STAGING while its operation runs; what a failed
 * insertion showed has never been; what a failed deletion marked goes on. Answers the way to stop.
 */
export function followOperations(world: World, undo: Readonly<Record<string, Undo>>): () => void {
  return world.store.watch('operations', (_key, value) => {
    const operation = value as ComputeOperation | undefined;
    if (operation?.operationType === 'insert') followInsertion(world, operation, undo);
    if (operation?.operationType === 'delete' && operation.error) endMarks(world, pathOfLink(operation.targetLink));
  });
}

function followInsertion(world: World, operation: ComputeOperation, undo: Readonly<Record<string, Undo>>): void {
  const path = pathOfLink(operation.targetLink);
  const collection = path.split('/').at(-2) ?? '';
  const resource = world.store.get<Resource>(collection, path);
  if (!resource || resource._making !== operation.name) return;
  if (operation.status === 'RUNNING' && collection === 'instances') {
    world.store.put('instances', path, { ...(resource as Instance), status: 'STAGING' });
  }
  const error = operation.status === 'DONE' ? operation.error?.errors[0] : undefined;
  if (error) undo[collection]?.(world, path, error);
}

function endMarks({ store }: World, path: string): void {
  const group = store.get<Group>('instanceGroupManagers', path);
  if (group?._deleting) store.put('instanceGroupManagers', path, { ...group, _deleting: false });
  const instance = store.get<Instance>('instances', path);
  if (instance?.status !== 'STOPPING') return;
  const { _managed } = instance;
  const membership = _managed ? { _managed: { ..._managed, action: 'NONE' } } : {};
  store.put('instances', path, { ...instance, status: 'RUNNING', ...membership });
}
