import type { Store, World } from '../../service.ts';
import type { Instance } from './instance.ts';
import { pathOfLink, zonePath } from './path.ts';
import type { Resource } from './resource.ts';

/** A managed instance group in the store. */
export interface Group extends Resource {
  zone: string;
  baseInstanceName: string;
  targetSize: number;
  versions: { name?: string; instanceTemplate: string }[];
  updatePolicy: UpdatePolicy;
  instanceLifecyclePolicy: { defaultActionOnFailure?: 'REPAIR' | 'DO_NOTHING' };
  /** An operation is deleting it. */
  _deleting?: boolean;
}

/** How a new template reaches the machines. */
interface UpdatePolicy {
  type?: 'OPPORTUNISTIC' | 'PROACTIVE';
  minimalAction?: Action;
  mostDisruptiveAllowedAction?: Action;
  maxUnavailable?: { fixed?: number; percent?: number };
}

/** What an update may do to a machine, from mild to harsh. */
export type Action = 'NONE' | 'REFRESH' | 'RESTART' | 'REPLACE';

/** A member of a group that has no machine now: one to be made, or one that could not be made. */
export interface Slot {
  name: string;
  action: 'CREATING' | 'RECREATING' | 'NONE';
  /** How often making it has failed. */
  attempts: number;
  error?: { code: string; message: string; errorDetails?: readonly object[] };
  /** Key of the row that `listErrors` shows for it. */
  errorKey?: string;
  /** Nobody makes it again by itself: the group does not repair. */
  idle?: boolean;
}

/** An instance template in the store. */
export interface Template extends Resource {
  properties: Record<string, unknown>;
}

/** The machines of a group, those that are being deleted too. */
export function membersOf(store: Store, path: string, { baseInstanceName }: Group): Instance[] {
  return store
    .list<Instance>('instances', `${zonePath(path)}/instances/${baseInstanceName}-`)
    .filter((instance) => instance._managed?.group === path);
}

/** The members of a group that have no machine. */
export function slotsOf(store: Store, path: string): Slot[] {
  return store.list<Slot>('groupSlots', `${path}/`);
}

/** Puts a member without a machine into the group. */
export function putSlot(store: Store, path: string, slot: Slot): void {
  store.put('groupSlots', `${path}/${slot.name}`, slot);
}

/** Takes a member without a machine out of the group. */
export function deleteSlot(store: Store, path: string, name: string): void {
  store.delete('groupSlots', `${path}/${name}`);
}

/** The template that new machines of the group are made of; `undefined` when it is gone. */
export function templateOf(store: Store, group: Group): Template | undefined {
  return store.get<Template>('instanceTemplates', pathOfLink(currentTemplate(group)));
}

/** The link of that template. */
export function currentTemplate({ versions }: Group): string {
  return versions[0]?.instanceTemplate ?? '';
}

/** The name of the zone of a zonal path. */
export function zoneOf(path: string): string {
  return path.split('/')[3] ?? '';
}

/** Lets the group look after its members in `ms` milliseconds, unless it does so earlier anyway. */
export function wakeGroup(world: World, path: string, ms: number): void {
  const due = world.clock.now() + ms;
  const planned = world.store.get<{ due: number }>('groupWakes', path);
  if (planned && planned.due <= due) return;
  world.store.put('groupWakes', path, { due });
  world.tasks.after(ms, 'compute.groups.reconcile', { path });
}

/** A name that no member of the group has: four characters behind the base, as Google makes them. */
export function newName(taken: ReadonlySet<string>, base: string): string {
  for (;;) {
    const suffix = Array.from({ length: 4 }, () => letters[Math.floor(Math.random() * letters.length)]).join('');
    if (!taken.has(`${base}-${suffix}`)) return `${base}-${suffix}`;
  }
}

const letters = 'bcdfghjklmnpqrstvwxz0123456789';
