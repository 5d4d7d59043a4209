import { OperationError } from '../../operation-error.ts';
import type { Effect, World } from '../../service.ts';
import type { Project } from '../projects.ts';
import type { Call } from './call.ts';
import { globalLimits, limitName, machineMetrics, otherRegionalLimit, regionalLimits } from './quota-metrics.ts';
import { regionOf } from './path.ts';
import { instanceNeeds } from './quota-usage.ts';
import type { Needs } from './quota-usage.ts';

/** A quota as `regions.get` and `projects.get` show it. */
export interface Quota {
  metric: string;
  limit: number;
  usage: number;
}

/** Counts what is taken from the quotas of one region while several machines are made. */
export interface QuotaBook {
  /** Takes all of `needs`, or nothing and says what is short. */
  take(needs: Needs): OperationError | undefined;
}

// Metrics that count resources, with the collection that they count.
const globalCounts: Readonly<Record<string, string>> = {
  NETWORKS: 'networks',
  SUBNETWORKS: 'subnetworks',
  FIREWALLS: 'firewalls',
  ROUTERS: 'routers',
  ROUTES: 'routes',
  INSTANCE_TEMPLATES: 'instanceTemplates',
};
const regionalCounts: Readonly<Record<string, string>> = {
  INSTANCE_GROUP_MANAGERS: 'instanceGroupManagers',
  INSTANCE_GROUPS: 'instanceGroupManagers',
  RESOURCE_POLICIES: 'resourcePolicies',
  AFFINITY_GROUPS: 'resourcePolicies',
  STATIC_ADDRESSES: 'addresses',
};

/** Quotas of a region with their use, every metric that has a limit or a use. */
export function regionalQuotas(world: World, project: Project, region: string): Quota[] {
  const usage = instanceNeeds(world.store, project.projectId, region);
  const metrics = new Set([...Object.keys(regionalLimits), ...machineMetrics(), ...Object.keys(usage)]);
  return Array.from(metrics, (metric) => ({
    metric,
    limit: regionalLimit(world, region, metric),
    usage: usage[metric] ?? countIn(world, project, region, metric),
  }));
}

/** Quotas of the whole project with their use. */
export function globalQuotas(world: World, project: Project): Quota[] {
  const usage = instanceNeeds(world.store, project.projectId, undefined);
  return Object.keys(globalLimits).map((metric) => ({
    metric,
    limit: globalLimit(world, metric),
    usage: usage[metric] ?? countAll(world, project, metric),
  }));
}

/** Opens the book of a region. */
export function openQuotaBook(world: World, project: Project, region: string): QuotaBook {
  const used: Needs = { ...instanceNeeds(world.store, project.projectId, region) };
  const everywhere = instanceNeeds(world.store, project.projectId, undefined);
  return {
    take(needs) {
      for (const [metric, amount] of Object.entries(needs)) {
        const isGlobal = metric.endsWith('_ALL_REGIONS');
        const limit = isGlobal ? globalLimit(world, metric) : regionalLimit(world, region, metric);
        const usage = (isGlobal ? everywhere[metric] : used[metric]) ?? 0;
        if (usage + amount > limit) return exceeded(metric, limit, isGlobal ? undefined : region);
      }
      for (const [metric, amount] of Object.entries(needs)) {
        const book = metric.endsWith('_ALL_REGIONS') ? everywhere : used;
        book[metric] = (book[metric] ?? 0) + amount;
      }
      return undefined;
    },
  };
}

/** The way an operation ends when one more resource passes the quota `metric`; `undefined` when there is room. */
export function requireCount(call: Call, metric: string): { name: string; args: object } | undefined {
  const { request, project, scope } = call;
  const region = scope === 'global' || metric in globalCounts ? undefined : regionOf(scope);
  const limit = region === undefined ? globalLimit(request, metric) : regionalLimit(request, region, metric);
  const usage = region === undefined ? countAll(request, project, metric) : countIn(request, project, region, metric);
  return usage + 1 > limit ? refusal(exceeded(metric, limit, region)) : undefined;
}

/** An operation's effect that ends it with `error`. */
export function refusal({ code, message, details, httpStatus }: OperationError): { name: string; args: object } {
  return { name: 'compute.refuse', args: { code, message, details, httpStatus } };
}

/** The work behind `refusal`. */
export const refuse: Effect = (_world, error: OperationError) => {
  throw new OperationError(error.code, error.message, error.details, error.httpStatus);
};

function exceeded(metric: string, limit: number, region: string | undefined): OperationError {
  const where = region === undefined ? 'globally' : `in region ${region}`;
  const quotaInfo = {
    metricName: `compute.googleapis.com/${metric.toLowerCase()}`,
    limitName: limitName(metric, region),
    dimensions: region === undefined ? { global: 'global' } : { region },
    limit,
  };
  // Two spaces, as Google writes it.
  const message = `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} ${where}.`;
  return new OperationError('QUOTA_EXCEEDED', message, [{ quotaInfo }], 403);
}

function regionalLimit({ faults }: World, region: string, metric: string): number {
  return faults.quota(region, metric) ?? regionalLimits[metric] ?? otherRegionalLimit;
}

function globalLimit({ faults }: World, metric: string): number {
  return faults.quota('global', metric) ?? globalLimits[metric] ?? otherRegionalLimit;
}

function countAll({ store }: World, project: Project, metric: string): number {
  const collection = globalCounts[metric];
  return collection === undefined ? 0 : store.list(collection, `projects/${project.projectId}/`).length;
}

function countIn({ store }: World, project: Project, region: string, metric: string): number {
  const collection = regionalCounts[metric];
  if (collection === undefined) return 0;
  const parent = `projects/${project.projectId}`;
  return (
    store.list(collection, `${parent}/regions/${region}/`).length +
    store.list(collection, `${parent}/zones/${region}-`).length
  );
}
