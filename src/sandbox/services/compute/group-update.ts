import type { World } from '../../service.ts';
import { currentTemplate, templateOf } from './group.ts';
import type { Action, Group, Template } from './group.ts';
import { groupMetadata } from './group-fill.ts';
import { siteOf, zoneOperation } from './instance-life.ts';
import type { Instance } from './instance.ts';
import { InstanceProperties } from './instance-properties.ts';
import { metadata } from './metadata.ts';
import { fingerprint } from './fingerprint.ts';
import { pathOfLink } from './path.ts';
import { prune } from './prune.ts';
import { labelled } from './labels.ts';

const harshness: readonly Action[] = ['NONE', 'REFRESH', 'RESTART', 'REPLACE'];

// What reaches a running machine: https://cloud.google.com/compute/docs/instance-groups/updating-migs#minimal_action
const refreshable = new Set(['metadata', 'labels', 'tags', 'description']);

/** What an update may do, from the group's policy or from one request. */
export interface UpdateLimits {
  minimalAction?: Action;
  mostDisruptiveAllowedAction?: Action;
}

/**
 * Brings the group's present template to `members`, as far as the limits allow; at most `most` machines are taken down.
 * A machine that would need a harsher action is left alone.
 */
export function updateMembers(
  world: World,
  path: string,
  group: Group,
  members: readonly Instance[],
  limits: UpdateLimits,
  most: number,
): void {
  const template = templateOf(world.store, group);
  if (!template) return;
  let left = most;
  for (const instance of members) {
    if (instance._managed?.template === template.selfLink || instance._managed?.action !== 'NONE') continue;
    const action = actionFor(world, instance, template, limits);
    if (action === 'REFRESH') refresh(world, path, instance, template);
    // A restart with new properties is a new machine of the same name here.
    else if (action !== 'NONE' && left > 0) {
      left -= 1;
      recreate(world, instance);
    }
  }
}

/** How many machines the policy lets be down at once. */
export function maxUnavailable({ updatePolicy, targetSize }: Group): number {
  const { fixed, percent } = updatePolicy.maxUnavailable ?? { fixed: 1 };
  return Math.max(1, fixed ?? Math.floor(((percent ?? 0) * targetSize) / 100));
}

/** Deletes a machine so that the group makes it anew under the same name. */
export function recreate(world: World, instance: Instance): void {
  beginRemoval(world, instance, 'RECREATING', 'compute.instances.remove');
}

/** Begins to delete a machine for good. */
export function deleteMember(world: World, instance: Instance): void {
  beginRemoval(world, instance, 'DELETING', 'compute.instances.remove');
}

function beginRemoval(world: World, instance: Instance, action: string, effect: string): void {
  const path = pathOfLink(instance.selfLink);
  const { _making, ...rest } = instance;
  world.store.put('instances', path, { ...rest, status: 'STOPPING', _managed: { ...instance._managed, action } });
  zoneOperation(world, path, instance, 'delete', 'system', effect);
}

function actionFor({ store }: World, instance: Instance, template: Template, limits: UpdateLimits): Action {
  const old = store.get<Template>('instanceTemplates', pathOfLink(instance._managed?.template ?? ''));
  const needed = harsher(
    old ? difference(old.properties, template.properties) : 'REPLACE',
    limits.minimalAction ?? 'NONE',
  );
  const allowed = limits.mostDisruptiveAllowedAction ?? 'REPLACE';
  return harshness.indexOf(needed) <= harshness.indexOf(allowed) ? needed : 'NONE';
}

function difference(old: Record<string, unknown>, wanted: Record<string, unknown>): Action {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(wanted[key]));
  return changed.every((key) => refreshable.has(key)) ? 'REFRESH' : 'REPLACE';
}

function harsher(a: Action, b: Action): Action {
  return harshness.indexOf(a) >= harshness.indexOf(b) ? a : b;
}

function refresh(world: World, path: string, instance: Instance, template: Template): void {
  const { metadata: wanted, labels, tags } = InstanceProperties.parse(template.properties);
  const site = siteOf(world, path);
  world.store.put(
    'instances',
    pathOfLink(instance.selfLink),
    prune({
      ...instance,
      metadata: metadata([...(wanted?.items ?? []), ...groupMetadata(site, path, template.selfLink)]),
      labels: undefined,
      ...labelled(labels),
      tags: { items: tags?.items, fingerprint: fingerprint(tags?.items ?? []) },
      _managed: { ...instance._managed, template: template.selfLink },
    }),
  );
}

/** Tells whether every machine was made of the group's present template. */
export function isUpToDate(group: Group, members: readonly Instance[]): boolean {
  return members.every((instance) => instance._managed?.template === currentTemplate(group));
}
