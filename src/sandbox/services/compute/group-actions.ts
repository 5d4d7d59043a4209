import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Handler } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { change, operate, resourcePath } from './operate.ts';
import { deleteSlot, membersOf, putSlot, slotsOf } from './group.ts';
import type { Group, Slot } from './group.ts';
import { deleteMember, recreate, updateMembers } from './group-update.ts';
import type { Instance } from './instance.ts';
import { nameOf, pathOfLink } from './path.ts';
import { invalidValue } from './refusals.ts';
import { find, parseBody, reference } from './resource.ts';

const Instances = z.looseObject({ instances: z.array(z.string()).default([]) });
const Updates = z.looseObject({
  instances: z.array(z.string()).default([]),
  allInstances: z.boolean().default(false),
  minimalAction: z.enum(['NONE', 'REFRESH', 'RESTART', 'REPLACE']).default('NONE'),
  mostDisruptiveAllowedAction: z.enum(['NONE', 'REFRESH', 'RESTART', 'REPLACE']).default('REPLACE'),
});

const base = '/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers/{name}';

/** What can be done with a group beside changing it. */
export const groupActions: Record<string, Handler> = {
  [`POST ${base}/resize`]: action('resize', resize),
  [`POST ${base}/setInstanceTemplate`]: action('setInstanceTemplate', setInstanceTemplate),
  [`POST ${base}/recreateInstances`]: action('recreateInstances', recreateInstances),
  [`POST ${base}/deleteInstances`]: action('deleteInstances', deleteInstances),
  [`POST ${base}/abandonInstances`]: action('abandonInstances', abandonInstances),
  [`POST ${base}/createInstances`]: action('createInstances', createInstances),
  [`POST ${base}/applyUpdatesToInstances`]: action('applyUpdatesToInstances', applyUpdates),
};

type GroupAction = (call: Call, group: Group, path: string) => object | undefined;

// What an action answers are the fields of the group that it changes; without any, the group stays as it is.
function action(name: string, work: GroupAction): Handler {
  return method('compute.instanceGroupManagers.update', (call) => {
    const group = find<Group>(call.store, 'instanceGroupManagers', resourcePath(call, 'instanceGroupManagers'));
    const path = pathOfLink(group.selfLink);
    const fields = work(call, group, path);
    const effect = { name: 'compute.groups.reconcile', args: { path } };
    const operationType = `compute.instanceGroupManagers.${name}`;
    if (fields) return change(call, 'instanceGroupManagers', group, operationType, fields, effect);
    return operate(call, operationType, group, effect);
  });
}

function resize({ request }: Call): object {
  const size = Number(request.query['size'] ?? Number.NaN);
  if (!Number.isInteger(size) || size < 0) {
    throw invalidValue('size', request.query['size'], 'The target size must be a non-negative integer.');
  }
  return { targetSize: size };
}

function setInstanceTemplate(call: Call, group: Group): object {
  const body = parseBody(z.looseObject({ instanceTemplate: z.string() }), call.request.body);
  const instanceTemplate = reference(call, 'instanceTemplates', body.instanceTemplate);
  return { instanceTemplate, versions: [{ ...group.versions[0], instanceTemplate }] };
}

function recreateInstances(call: Call, group: Group, path: string): undefined {
  const { instances, slots } = chosen(call, group, path);
  for (const instance of instances) recreate(call.request, instance);
  for (const slot of slots) putSlot(call.store, path, { ...slot, action: 'RECREATING', idle: false });
}

function deleteInstances(call: Call, group: Group, path: string): object {
  const { instances, slots } = chosen(call, group, path);
  for (const instance of instances) deleteMember(call.request, instance);
  for (const slot of slots) deleteSlot(call.store, path, slot.name);
  return { targetSize: group.targetSize - instances.length - slots.length };
}

function abandonInstances(call: Call, group: Group, path: string): object {
  const { instances } = chosen(call, group, path);
  for (const { _managed, ...instance } of instances) {
    call.store.put('instances', pathOfLink(instance.selfLink), instance);
  }
  return { targetSize: group.targetSize - instances.length };
}

function createInstances(call: Call, group: Group, path: string): object {
  const body = parseBody(z.looseObject({ instances: z.array(z.looseObject({ name: z.string() })) }), call.request.body);
  const taken = new Set([...membersOf(call.store, path, group), ...slotsOf(call.store, path)].map(({ name }) => name));
  for (const { name } of body.instances) {
    if (taken.has(name))
      throw invalidValue('instances', name, 'An instance with this name already exists in the group.');
    putSlot(call.store, path, { name, action: 'CREATING', attempts: 0 });
  }
  return { targetSize: group.targetSize + body.instances.length };
}

function applyUpdates(call: Call, group: Group, path: string): undefined {
  const { allInstances, instances: _links, ...limits } = parseBody(Updates, call.request.body);
  const instances = allInstances ? membersOf(call.store, path, group) : chosen(call, group, path).instances;
  updateMembers(call.request, path, group, instances, limits, Infinity);
}

function chosen(call: Call, group: Group, path: string): { instances: Instance[]; slots: Slot[] } {
  const { instances: links } = parseBody(Instances, call.request.body);
  const names = new Set(links.map(nameOf));
  const instances = membersOf(call.store, path, group).filter(({ name }) => names.delete(name));
  const slots = slotsOf(call.store, path).filter(({ name }) => names.delete(name));
  for (const name of names) {
    throw new ApiError(
      400,
      'invalid',
      `Invalid value for field 'instances': '${name}'. Instance is not a member of '${path}'.`,
    );
  }
  return { instances, slots };
}
