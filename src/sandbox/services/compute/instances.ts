import { z } from 'zod';

import { ApiError } from '../../service.ts';
import type { World } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { collection } from './collection.ts';
import { change, operate, resourcePath } from './operate.ts';
import type { Part, Undo } from './collection.ts';
import { fingerprint } from './fingerprint.ts';
import { memberFailed } from './group-members.ts';
import { guestAttributes } from './guest-attributes.ts';
import { refusalNow } from './group-fill.ts';
import { expire, forget, preempt, remove, run, startInstance, stop, zoneOperation } from './instance-life.ts';
import type { Instance } from './instance.ts';
import { planInstances } from './instance-plan.ts';
import { InstanceProperties, Scheduling } from './instance-properties.ts';
import { checkMetadata, metadata, Metadata } from './metadata.ts';
import { nameOf, regionOf, selfLink } from './path.ts';
import { prune } from './prune.ts';
import { openQuotaBook, refusal } from './quota.ts';
import { alreadyExists } from './refusals.ts';
import { checkFingerprint, find, parseBody, ResourceName } from './resource.ts';
import { completeScheduling } from './scheduling.ts';
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
    [`POST ${base}`]: method('compute.instances.create', insert, (call) => resourcePath(call, 'instances')),
    [`DELETE ${base}/{name}`]: on('delete', deleteInstance),
    [`POST ${base}/{name}/start`]: on('start', start),
    [`POST ${base}/{name}/stop`]: on('stop', (call, instance, path) => leave(call, instance, path, 'stop')),
    [`POST ${base}/{name}/reset`]: on('reset', (call, instance) =>
      change(call, 'instances', instance, 'reset', { lastStartTimestamp: instance.lastStartTimestamp }),
    ),
    [`POST ${base}/{name}/simulateMaintenanceEvent`]: on('simulateMaintenanceEvent', simulateMaintenance),
    [`POST ${base}/{name}/setMetadata`]: on('setMetadata', setMetadata),
    [`POST ${base}/{name}/setTags`]: on('setTags', setTags),
    [`POST ${base}/{name}/setScheduling`]: on('setScheduling', setScheduling),
    [`POST ${base}/{name}/setDeletionProtection`]: on('setDeletionProtection', (call, instance) =>
      change(call, 'instances', instance, 'setDeletionProtection', {
        deletionProtection: call.request.query['deletionProtection'] !== 'false',
      }),
    ),
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

function on(verb: string, work: (call: Call, instance: Instance, path: string) => unknown): ReturnType<typeof method> {
  return method(
    `compute.instances.${verb}`,
    (call) => {
      const instance = find<Instance>(call.store, 'instances', resourcePath(call, 'instances'));
      return work(call, instance, `${call.parent}/instances/${instance.name}`);
    },
    (call) => resourcePath(call, 'instances'),
  );
}

function insert(call: Call): object {
  const body = parseBody(NewInstance, prune(call.request.body ?? {}));
  const { name, ...properties } = body;
  const path = `${call.parent}/instances/${name}`;
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

function setMetadata(call: Call, instance: Instance): object {
  const body = parseBody(Metadata, prune(call.request.body ?? {}), 'metadata');
  const current = instance['metadata'] as { fingerprint: string };
  checkFingerprint(body['fingerprint'], current.fingerprint, 'metadata');
  checkMetadata(body.items, 'metadata');
  return change(call, 'instances', instance, 'setMetadata', { metadata: metadata(body.items ?? []) });
}

function setTags(call: Call, instance: Instance): object {
  const body = parseBody(z.looseObject({ items: z.array(z.string()).default([]) }), call.request.body, 'tags');
  const current = instance['tags'] as { fingerprint: string };
  checkFingerprint(body['fingerprint'], current.fingerprint, 'tags');
  return change(call, 'instances', instance, 'setTags', {
    tags: { items: body.items, fingerprint: fingerprint(body.items) },
  });
}

function setScheduling(call: Call, instance: Instance): object {
  const body = parseBody(Scheduling, prune(call.request.body ?? {}), 'scheduling');
  const hasGpu = instance['guestAccelerators'] !== undefined;
  return change(call, 'instances', instance, 'setScheduling', { scheduling: completeScheduling(body, hasGpu) });
}

function undo(world: World, path: string, error: Parameters<Undo>[2]): void {
  const instance = world.store.get<Instance>('instances', path);
  if (!instance) return;
  forget(world, path, instance);
  if (instance._managed) memberFailed(world, instance, error);
}
