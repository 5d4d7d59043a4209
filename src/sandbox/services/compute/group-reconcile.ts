import type { World } from '../../service.ts';
import { deleteSlot, membersOf, newName, putSlot, slotsOf } from './group.ts';
import type { Group } from './group.ts';
import { fillSlots } from './group-fill.ts';
import { deleteMember, maxUnavailable, updateMembers } from './group-update.ts';
import type { Instance } from './instance.ts';

/** Brings a group to its target size and, where its policy says so, its machines to its template. */
export function reconcile(world: World, { path }: { path: string }): void {
  const { store } = world;
  store.delete('groupWakes', path);
  const group = store.get<Group>('instanceGroupManagers', path);
  if (!group || group._deleting) return;
  resize(world, path, group);
  fillSlots(world, path, group);
  if (group.updatePolicy.type !== 'PROACTIVE') return;
  const members = membersOf(store, path, group);
  const down = members.filter((instance) => instance.status !== 'RUNNING').length + slotsOf(store, path).length;
  const limits = { mostDisruptiveAllowedAction: 'REPLACE' as const, ...group.updatePolicy };
  updateMembers(world, path, group, members, limits, Math.max(0, maxUnavailable(group) - down));
}

function resize(world: World, path: string, group: Group): void {
  const { store } = world;
  const members = membersOf(store, path, group);
  const staying = members.filter((instance) => instance._managed?.action !== 'DELETING');
  const slots = slotsOf(store, path);
  let surplus = staying.length + slots.length - group.targetSize;
  const taken = new Set([...members, ...slots].map(({ name }) => name));
  for (; surplus < 0; surplus += 1) {
    const name = newName(taken, group.baseInstanceName);
    taken.add(name);
    putSlot(store, path, { name, action: 'CREATING', attempts: 0 });
  }
  for (const slot of slots.slice(0, Math.max(0, surplus))) {
    deleteSlot(store, path, slot.name);
    surplus -= 1;
  }
  for (const instance of leastMissed(staying).slice(0, Math.max(0, surplus))) deleteMember(world, instance);
}

// Machines that are not up yet go first, then the youngest.
function leastMissed(members: readonly Instance[]): Instance[] {
  return [...members].sort(
    (a, b) => Number(a.status === 'RUNNING') - Number(b.status === 'RUNNING') || Number(b.id) - Number(a.id),
  );
}
