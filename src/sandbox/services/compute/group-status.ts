import type { Store } from '../../service.ts';
import { membersOf, slotsOf } from './group.ts';
import type { Group } from './group.ts';
import { isUpToDate } from './group-update.ts';
import { pathOfLink } from './path.ts';

const actions = [
  'abandoning',
  'creating',
  'creatingWithoutRetries',
  'deleting',
  'none',
  'recreating',
  'refreshing',
  'restarting',
  'resuming',
  'starting',
  'stopping',
  'suspending',
  'verifying',
];

/**
 * The fields of a group that follow from its machines. Terraform's provider crashes where `status.stateful`,
 * `status.stateful.perInstanceConfigs` or `status.versionTarget` is no object.
 */
export function groupStatus(store: Store, group: Group): object {
  const path = pathOfLink(group.selfLink);
  const members = membersOf(store, path, group);
  const slots = slotsOf(store, path);
  const currentActions = Object.fromEntries(actions.map((action) => [action, 0]));
  for (const action of [...members.map((one) => one._managed?.action ?? 'NONE'), ...slots.map((slot) => slot.action)]) {
    const key = action.toLowerCase();
    currentActions[key] = (currentActions[key] ?? 0) + 1;
  }
  const busy = members.length + slots.length - (currentActions['none'] ?? 0);
  const isStable = !group._deleting && busy === 0 && members.length + slots.length === group.targetSize;
  return {
    currentActions,
    status: {
      isStable,
      versionTarget: { isReached: isUpToDate(group, members) },
      stateful: { hasStatefulConfig: false, perInstanceConfigs: { allEffective: true } },
      allInstancesConfig: { effective: true },
    },
  };
}
