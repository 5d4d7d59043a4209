import type { World } from '../../service.ts';
import { deleteSlot, putSlot, wakeGroup } from './group.ts';
import type { Group, Slot } from './group.ts';
import type { Instance } from './instance.ts';
import { pathOfLink, selfLink, zonePath } from './path.ts';
import { timestamp } from './time.ts';

// How long a group waits before it tries again what was refused: doubled each time, up to a minute.
const firstWait = 1_000;
const longestWait = 60_000;

/** A machine of the group is up: an update may go on with the next one. */
export function memberRunning(world: World, path: string): void {
  const group = world.store.get<Group>('instanceGroupManagers', path);
  if (group?.updatePolicy.type === 'PROACTIVE') wakeGroup(world, path, 0);
}

/** A machine of the group is gone or off: by the group's will, by its own time, or by somebody else. */
export function memberGone(world: World, instance: Instance, how: 'deleted' | 'stopped'): void {
  const member = instance._managed;
  const group = member && world.store.get<Group>('instanceGroupManagers', member.group);
  if (!group || group._deleting) return;
  if (member.action === 'DELETING') {
    // https://cloud.google.com/compute/docs/instance-groups/limit-vm-runtime-in-migs: gone for good, and no longer wanted.
    if (member.expired)
      world.store.put('instanceGroupManagers', member.group, { ...group, targetSize: group.targetSize - 1 });
    return;
  }
  const repairs =
    group.instanceLifecyclePolicy.defaultActionOnFailure !== 'DO_NOTHING' || member.action === 'RECREATING';
  if (how === 'stopped') {
    if (repairs) repairStopped(world, instance, member.group);
    return;
  }
  putSlot(world.store, member.group, {
    name: instance.name,
    action: repairs ? 'RECREATING' : 'NONE',
    attempts: 0,
    ...(repairs ? {} : { idle: true }),
  });
  if (repairs) wakeGroup(world, member.group, 0);
}

/** A machine could not be made: the group remembers why, and tries again later. */
export function memberRefused(
  world: World,
  path: string,
  group: Group,
  slot: Slot,
  error: { code: string; message: string; errorDetails?: readonly object[] },
): void {
  const attempts = slot.attempts + 1;
  const errorKey = `${path}/${world.store.nextId()}`;
  // One row for each member: a thousand machines that wait for days would fill the store.
  if (slot.errorKey !== undefined) world.store.delete('groupErrors', slot.errorKey);
  putSlot(world.store, path, { ...slot, attempts, error, errorKey });
  const version = group.versions[0];
  world.store.put('groupErrors', errorKey, {
    error: { code: error.code, message: error.message },
    instanceActionDetails: {
      action: slot.action,
      instance: selfLink(`${zonePath(path)}/instances/${slot.name}`),
      version: { instanceTemplate: version?.instanceTemplate, ...(version?.name ? { name: version.name } : {}) },
    },
    timestamp: timestamp(world.clock.now()),
  });
  wakeGroup(world, path, Math.min(longestWait, firstWait * 2 ** (attempts - 1)));
}

/** The operation that made a machine failed: its place in the group is empty again. */
export function memberFailed(world: World, instance: Instance, error: Slot['error']): void {
  const path = instance._managed?.group ?? '';
  const group = world.store.get<Group>('instanceGroupManagers', path);
  if (!group || group._deleting || !error) return;
  const attempts = instance._managed?.attempts ?? 0;
  memberRefused(world, path, group, { name: instance.name, action: 'CREATING', attempts }, error);
}

// A machine that is off is replaced by a new one of the same name.
function repairStopped({ store, operations }: World, instance: Instance, group: string): void {
  const path = pathOfLink(instance.selfLink);
  store.put('instances', path, { ...instance, _managed: { ...instance._managed, action: 'RECREATING' } });
  deleteSlot(store, group, instance.name);
  const [, project = '', , zone = ''] = path.split('/');
  operations.compute({
    project,
    scope: `zones/${zone}`,
    operationType: 'compute.instances.repair.recreateInstance',
    targetLink: instance.selfLink,
    targetId: instance.id,
    user: 'system',
    effect: { name: 'compute.instances.remove', args: { path, id: instance.id } },
  });
}
