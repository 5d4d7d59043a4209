import type { Handler } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { resourcePath } from './operate.ts';
import { currentTemplate, membersOf, slotsOf } from './group.ts';
import type { Group, Slot } from './group.ts';
import type { Instance } from './instance.ts';
import { page } from './pages.ts';
import { pathOfLink, selfLink, zonePath } from './path.ts';
import { find } from './resource.ts';

const base = '/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers/{name}';

// https://cloud.google.com/compute/docs/instance-groups/manage-pagination: a group in PAGELESS mode answers all at once.
const pageless = 1_500;

/** What a group says of its machines and of what it could not do. */
export const managedInstances: Record<string, Handler> = {
  [`POST ${base}/listManagedInstances`]: method('compute.instanceGroupManagers.get', list),
  [`GET ${base}/listErrors`]: method('compute.instanceGroupManagers.get', errors),
  [`POST ${base}/listPerInstanceConfigs`]: method('compute.instanceGroupManagers.get', () => ({ items: [] })),
};

function list(call: Call): object {
  const { group, path } = groupHere(call);
  const all = [
    ...membersOf(call.store, path, group).map((instance) => shownInstance(instance, group)),
    ...slotsOf(call.store, path).map((slot) => shownSlot(slot, group, path)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const isPageless = group['listManagedInstancesResults'] !== 'PAGINATED';
  const { maxResults: _maxResults, ...query } = call.request.query;
  const { items, nextPageToken } = isPageless ? page({ query }, all, pageless) : page(call.request, all);
  return {
    ...(items.length > 0 ? { managedInstances: items } : {}),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

function errors(call: Call): object {
  const { path } = groupHere(call);
  const { items, nextPageToken } = page(call.request, call.store.list<object>('groupErrors', `${path}/`).toReversed());
  return { ...(items.length > 0 ? { items } : {}), ...(nextPageToken === undefined ? {} : { nextPageToken }) };
}

function groupHere(call: Call): { group: Group; path: string } {
  const group = find<Group>(call.store, 'instanceGroupManagers', resourcePath(call, 'instanceGroupManagers'));
  return { group, path: pathOfLink(group.selfLink) };
}

interface ManagedInstance {
  name: string;
  instance: string;
  instanceStatus?: string;
  currentAction: string;
}

function shownInstance({ name, id, selfLink: instance, status, _managed }: Instance, group: Group): ManagedInstance {
  const { template, versionName } = _managed ?? { template: currentTemplate(group) };
  const shown = {
    name,
    instance,
    id,
    instanceStatus: status,
    currentAction: group._deleting ? 'DELETING' : (_managed?.action ?? 'NONE'),
    version: { instanceTemplate: template, ...(versionName === undefined ? {} : { name: versionName }) },
  };
  return shown;
}

function shownSlot({ name, action, error }: Slot, group: Group, path: string): ManagedInstance {
  const version = group.versions[0];
  const shown = {
    name,
    instance: selfLink(`${zonePath(path)}/instances/${name}`),
    currentAction: group._deleting ? 'DELETING' : action,
    version: { instanceTemplate: currentTemplate(group), ...(version?.name ? { name: version.name } : {}) },
    ...(error ? { lastAttempt: { errors: { errors: [error] } } } : {}),
  };
  return shown;
}
