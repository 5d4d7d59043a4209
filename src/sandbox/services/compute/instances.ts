import { ApiError } from '../../service.ts';
import type { World } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { collection } from './collection.ts';
import { change, operate, resourcePath } from './operate.ts';
import type { Part, Undo } from './collection.ts';
import { memberFailed } from './group-members.ts';
import { guestAttributes } from './guest-attributes.ts';
import { refusalNow } from './group-fill.ts';
import { expire, forget, preempt, remove, run, startInstance, stop, zoneOperation } from './instance-life.ts';
import type { Instance } from './instance.ts';
import { instanceSettings } from './instance-settings.ts';
import { onInstance as on } from './on-instance.ts';
import { planInstances } from './instance-plan.ts';
import { InstanceProperties } from './instance-properties.ts';
import { requireForMachines } from './machine-permissions.ts';
import { nameOf, regionOf, selfLink } from './path.ts';
import { prune } from './prune.ts';
import { openQuotaBook, refusal } from './quota.ts';
import { alreadyExists } from './refusals.ts';
import { parseBody, ResourceName } from './resource.ts';
import { serialPort } from './serial-port.ts';

const NewInstance = InstanceProperties.extend({ name: ResourceName });
const base = '/compute/v1/projects/{project}/zones/{zone}/instances';

// Reading and labelling are those of all resources; making and deleting a machine are its own.
const shape = collection({
  collection: 'instances',
  kind: 'compute#instance',
  noun: 'instance',
  scope: 'zone',
  hasLabels: true,
  body: NewInstance,
  make: () => ({}),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances */
export const instances: Part = {
  routes: {
    ...shape.routes,
    ...instanceSettings,
    [`POST ${base}`]: method('compute.instances.create', insert, (call) => resourcePath(call, 'instances')),
    [`DELETE ${base}/{name}`]: on('delete', deleteInstance),
    [`POST ${base}/{name}/start`]: on('start', start),
    [`POST ${base}/{name}/stop`]: on('stop', (call, instance, path) => leave(call, instance, path, 'stop')),
    [`POST ${base}/{name}/reset`]: on('reset', (call, instance) =>
      change(call, 'instances', instance, 'reset', { lastStartTimestamp: instance.lastStartTimestamp }),
    ),
    [`POST ${base}/{name}/simulateMaintenanceEvent`]: on('simulateMaintenanceEvent', simulateMaintenance),
    [`GET ${base}/{name}/getGuestAttributes`]: on('getGuestAttributes', (call, instance, path) =>
      guestAttributes(call, path),
    ),
    [`GET ${base}/{name}/serialPort`]: on('getSerialPortOutput', (call, instance, path) => serialPort(call, path)),
  },
  effects: {
    'compute.instances.run': run,
    'compute.instances.expire': expire,
    'compute.instances.preempt': preempt,
    'compute.instances.stop': stop,
    'compute.instances.remove': remove,
  },
  undo: { instances: undo },
};

function insert(call: Call): object {
  const body = parseBody(NewInstance, prune(call.request.body ?? {}));
  const { name, ...properties } = body;
  const path = `${call.parent}/instances/${name}`;
  requireForMachines(call, properties);
  if (call.store.get('instances', path)) throw alreadyExists(path);
  const zone = nameOf(call.parent);
  const plan = planInstances(call, zone, properties);
  const book = openQuotaBook(call.request, call.project, regionOf(call.scope));
  const refused = refusalNow(call.request, call, zone, plan, book);
  if (refused) return operate(call, 'insert', { selfLink: selfLink(path), id: call.store.nextId() }, refusal(refused));
  return startInstance(call.request, plan.make(name), call.request.principal);
}

function deleteInstance(call: Call, instance: Instance, path: string): object {
  if (instance['deletionProtection'] === true) {
    throw new ApiError(
      400,
      'invalidUsage',
      "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion. '.",
    );
  }
  return leave(call, instance, path, 'delete');
}

// The machine is going down: STOPPING until the operation has ended.
function leave(call: Call, instance: Instance, path: string, verb: 'stop' | 'delete'): object {
  if (verb === 'delete' || instance.status === 'RUNNING') {
    const { _making, ...rest } = instance;
    call.store.put('instances', path, { ...rest, status: 'STOPPING' });
  }
  const effect = `compute.instances.${verb === 'delete' ? 'remove' : 'stop'}`;
  return zoneOperation(call.request, path, instance, verb, call.request.principal, effect);
}

function start(call: Call, instance: Instance, path: string): object {
  if (instance.status === 'TERMINATED') call.store.put('instances', path, { ...instance, status: 'STAGING' });
  return zoneOperation(call.request, path, instance, 'start', call.request.principal, 'compute.instances.run');
}

// On a spot machine this is a preemption: https://cloud.google.com/compute/docs/instances/simulating-host-maintenance
function simulateMaintenance(call: Call, instance: Instance, path: string): object {
  preempt(call.request, { path, id: instance.id });
  return operate(call, 'compute.instances.simulateMaintenanceEvent', instance);
}

function undo(world: World, path: string, error: Parameters<Undo>[2]): void {
  const instance = world.store.get<Instance>('instances', path);
  if (!instance) return;
  forget(world, path, instance);
  if (instance._managed) memberFailed(world, instance, error);
}
