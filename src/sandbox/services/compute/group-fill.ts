import { asOperationError } from '../../operation-error.ts';
import type { OperationError } from '../../operation-error.ts';
import { ApiError } from '../../service.ts';
import type { World } from '../../service.ts';
import type { Site } from './call.ts';
import { currentTemplate, deleteSlot, slotsOf, templateOf, zoneOf } from './group.ts';
import type { Group, Slot } from './group.ts';
import { memberRefused } from './group-members.ts';
import { siteOf, startInstance } from './instance-life.ts';
import { planInstances } from './instance-plan.ts';
import type { InstancePlan } from './instance-plan.ts';
import { InstanceProperties } from './instance-properties.ts';
import { nameOf, regionOf } from './path.ts';
import { takePlaced } from './placement-use.ts';
import { openQuotaBook } from './quota.ts';
import type { QuotaBook } from './quota.ts';
import { takeReserved } from './reservation-use.ts';
import { stockoutError } from './stockout.ts';

/** Makes a machine for every member of the group that has none; what is refused is tried again later. */
export function fillSlots(world: World, path: string, group: Group): void {
  const slots = slotsOf(world.store, path).filter((slot) => !slot.idle);
  if (slots.length === 0) return;
  const site = siteOf(world, path);
  const planned = attempt(() => planMembers(site, path, group));
  const book = openQuotaBook(world, site.project, regionOf(`zones/${zoneOf(path)}`));
  for (const slot of slots) {
    const error =
      planned instanceof ApiError ? asOperationError(planned) : fillSlot(world, site, path, group, slot, planned, book);
    if (error) memberRefused(world, path, group, slot, wordsOf(error));
  }
}

/** The plan of the machines that a group makes now. Throws `ApiError` where they cannot be made at all. */
export function planMembers(site: Site, path: string, group: Group, maxRunSeconds?: string): InstancePlan {
  const template = templateOf(site.store, group);
  if (!template) throw new ApiError(400, 'resourceNotFound', `The resource '${currentTemplate(group)}' was not found`);
  const properties = InstanceProperties.parse(template.properties);
  const scheduling =
    maxRunSeconds === undefined
      ? properties.scheduling
      : {
          ...properties.scheduling,
          maxRunDuration: { seconds: Number(maxRunSeconds) },
          instanceTerminationAction: 'DELETE' as const,
        };
  return planInstances(site, zoneOf(path), { ...properties, scheduling }, groupMetadata(site, path, template.selfLink));
}

/** Why one more machine of a plan cannot be had now: no room in the zone, no quota, no reservation. */
export function refusalNow(
  world: World,
  site: Site,
  zone: string,
  plan: InstancePlan,
  book: QuotaBook,
): OperationError | undefined {
  const { machineType, accelerators } = plan;
  const none = world.faults.stockout(zone, machineType);
  if (none) {
    return stockoutError({ projectId: site.project.projectId, zone, machineType, accelerators }, none.zonesAvailable);
  }
  return takeReserved(site, zone, plan) ?? takePlaced(site, plan) ?? book.take(plan.needs);
}

/** Makes one machine of a plan and makes it a member of the group. */
export function startMember(
  world: World,
  site: Site,
  path: string,
  group: Group,
  slot: Slot,
  plan: InstancePlan,
): void {
  const { instance, disks } = plan.make(slot.name);
  const version = group.versions[0];
  const action = slot.action === 'RECREATING' ? 'RECREATING' : 'CREATING';
  const membership = {
    group: path,
    template: currentTemplate(group),
    ...(version?.name ? { versionName: version.name } : {}),
    action,
    attempts: slot.attempts,
  };
  const agent = `${site.project.projectNumber}@cloudservices.gserviceaccount.com`;
  startInstance(world, { instance: { ...instance, _managed: membership }, disks }, agent);
}

function fillSlot(
  world: World,
  site: Site,
  path: string,
  group: Group,
  slot: Slot,
  plan: InstancePlan,
  book: QuotaBook,
): OperationError | undefined {
  const refused = refusalNow(world, site, zoneOf(path), plan, book);
  if (refused) return refused;
  const failed = attempt(() => startMember(world, site, path, group, slot, plan));
  if (failed instanceof ApiError) return asOperationError(failed);
  deleteSlot(world.store, path, slot.name);
  return undefined;
}

function attempt<T>(work: () => T): T | ApiError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function wordsOf({ code, message, details }: OperationError): NonNullable<Slot['error']> {
  return { code, message, ...(details.length > 0 ? { errorDetails: details } : {}) };
}

/** What a group adds to the metadata of its machines. */
export function groupMetadata({ project }: Site, path: string, template: string): { key: string; value: string }[] {
  const number = project.projectNumber;
  return [
    { key: 'instance-template', value: `projects/${number}/global/instanceTemplates/${nameOf(template)}` },
    { key: 'created-by', value: path.replace(/^projects\/[^/]+/, `projects/${number}`) },
  ];
}
