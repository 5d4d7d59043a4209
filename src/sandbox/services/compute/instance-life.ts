import type { World } from '../../service.ts';
import { projectOf } from '../projects.ts';
import type { Scope, Site } from './call.ts';
import { memberGone, memberRunning } from './group-members.ts';
import type { Instance } from './instance.ts';
import { pathOfLink, selfLink } from './path.ts';
import { prune } from './prune.ts';
import type { Resource } from './resource.ts';
import { isSpotLike } from './scheduling.ts';
import { timestamp } from './time.ts';

/** The project, the store and the time that a world's background work needs. */
export function siteOf(world: World, path: string): Site {
  const now = world.clock.now();
  return { store: world.store, project: projectOf(world.store, path.split('/')[1] ?? '', now), now };
}

/** Puts a new machine and its disks into the store and starts the operation at whose end it runs. */
export function startInstance(
  world: World,
  made: { instance: Resource; disks: readonly Resource[] },
  user: string,
): object {
  for (const disk of made.disks) world.store.put('disks', pathOfLink(disk.selfLink), disk);
  const path = pathOfLink(made.instance.selfLink);
  const operation = zoneOperation(world, path, made.instance, 'insert', user, 'compute.instances.run');
  world.store.put('instances', path, { ...made.instance, _making: operation.name });
  return operation;
}

/** Starts an operation on a machine. */
export function zoneOperation(
  world: World,
  path: string,
  instance: Pick<Resource, 'id'>,
  operationType: string,
  user: string,
  effect: string,
): { name: string } {
  const [, project = '', , zone = ''] = path.split('/');
  return world.operations.compute({
    project,
    scope: `zones/${zone}` satisfies Scope,
    operationType,
    targetLink: selfLink(path),
    targetId: instance.id,
    user,
    effect: { name: effect, args: { path, id: instance.id } },
  });
}

/** Names one machine: a path can be taken again by another machine of the same name. */
export interface InstanceArgs {
  path: string;
  id: string;
}

/** The machine that `args` names, if it is still there. */
function instanceOf({ store }: World, { path, id }: InstanceArgs): Instance | undefined {
  const instance = store.get<Instance>('instances', path);
  return instance?.id === id ? instance : undefined;
}

/** The machine is up: its time begins to run. */
export function run(world: World, args: InstanceArgs): void {
  const instance = instanceOf(world, args);
  // Somebody may have begun to delete it while it was still being made.
  if (!instance || instance.status === 'STOPPING') return;
  const now = world.clock.now();
  const ends = endOf(instance, now);
  const { _making, _managed, ...rest } = instance;
  world.store.put('instances', args.path, {
    ...rest,
    status: 'RUNNING',
    lastStartTimestamp: timestamp(now),
    resourceStatus: ends === undefined ? {} : { scheduling: { terminationTimestamp: timestamp(ends) } },
    ...(_managed ? { _managed: { ..._managed, action: 'NONE' } } : {}),
  });
  if (ends !== undefined) world.tasks.after(untilLook(ends - now), 'compute.instances.expire', args);
  const { preemptedAfter } = isSpotLike(instance.scheduling) ? world.faults.machine(instance.name) : {};
  if (preemptedAfter !== undefined) world.tasks.after(preemptedAfter, 'compute.instances.preempt', args);
  if (_managed) memberRunning(world, _managed.group);
}

/** The machine's time is over: Google deletes or stops it, as it was asked to. */
export function expire(world: World, args: InstanceArgs): void {
  const instance = instanceOf(world, args);
  if (!instance || instance.status === 'TERMINATED') return;
  const left = Date.parse(instance.resourceStatus?.scheduling?.terminationTimestamp ?? '') - world.clock.now();
  // It was started anew since, or its run is longer than a timer can wait.
  if (left > 0) world.tasks.after(untilLook(left), 'compute.instances.expire', args);
  else endByGoogle(world, args, instance, 'compute.instances.terminateOnExpiration', 'expired');
}

/** Google takes a spot machine back. */
export function preempt(world: World, args: InstanceArgs): void {
  const instance = instanceOf(world, args);
  if (!instance || instance.status !== 'RUNNING') return;
  endByGoogle(world, args, instance, 'compute.instances.preempted', 'preempted');
}

/** The machine is off; its disks stay. */
export function stop(world: World, args: InstanceArgs): void {
  const instance = instanceOf(world, args);
  if (!instance) return;
  world.store.put('instances', args.path, {
    ...instance,
    status: 'TERMINATED',
    lastStopTimestamp: timestamp(world.clock.now()),
  });
  if (instance._managed && instance._managed.action === 'NONE') memberGone(world, instance, 'stopped');
}

/** The machine is gone, with the disks that are deleted along with it. */
export function remove(world: World, args: InstanceArgs): void {
  const instance = instanceOf(world, args);
  if (!instance) return;
  forget(world, args.path, instance);
  if (instance._managed) memberGone(world, instance, 'deleted');
}

/** Takes a machine out of the store with everything that hangs on it. */
export function forget({ store }: World, path: string, instance: Instance): void {
  store.delete('instances', path);
  for (const { source, autoDelete } of instance.disks ?? []) {
    if (source === undefined) continue;
    const diskPath = pathOfLink(source);
    const disk = store.get<Resource & { users?: string[] }>('disks', diskPath);
    const others = (disk?.users ?? []).filter((user) => user !== instance.selfLink);
    if (autoDelete) store.delete('disks', diskPath);
    else if (disk) store.put('disks', diskPath, prune({ ...disk, users: others }));
  }
  for (const [key] of store.entries('guestAttributes', `${path}/`)) store.delete('guestAttributes', key);
  store.delete('serialPorts', path);
}

// A timer of more than 24 days would fire at once; a machine may run for 120.
function untilLook(left: number): number {
  return Math.min(Math.max(0, left), 86_400_000);
}

function endOf({ scheduling }: Instance, now: number): number | undefined {
  const { maxRunDuration, terminationTime } = scheduling;
  if (maxRunDuration) return now + Number(maxRunDuration.seconds) * 1000;
  return terminationTime === undefined ? undefined : Date.parse(terminationTime);
}

function endByGoogle(
  world: World,
  args: InstanceArgs,
  instance: Instance,
  operationType: string,
  why: 'expired' | 'preempted',
): void {
  const deletes = instance.scheduling.instanceTerminationAction === 'DELETE';
  const reason =
    why === 'expired' && instance._managed
      ? { ...instance._managed, action: 'DELETING', expired: true }
      : instance._managed;
  world.store.put('instances', args.path, {
    ...instance,
    status: 'STOPPING',
    ...(reason ? { _managed: reason } : {}),
  });
  zoneOperation(
    world,
    args.path,
    instance,
    operationType,
    'system',
    `compute.instances.${deletes ? 'remove' : 'stop'}`,
  );
}
