import { getNatNames, hasResizeRequest, listOperations } from '../google/compute-adoption.ts';
import type { GoogleHttp } from '../google/http.ts';
import { poll } from '../core/poll.ts';
import type { Clock } from '../core/clock.ts';
import type { Deployment } from './deployment.ts';
import type { Seen } from './inventory.ts';

/** One resource that Terraform means to create, as far as it matters here. */
export interface Planned {
  address: string;
  type: string;
  values: Readonly<Record<string, unknown>>;
}

/** What there is already of what was to be created. */
export interface Adoption {
  /** Ours: an earlier run made them and died before it could write them down. */
  imports: { to: string; id: string }[];
  /** Somebody else's, by type and name: creating them again would fail half-way. */
  strangers: string[];
}

// A template's name is chosen when it is made, and nothing of it can be changed: a new one is cheaper than finding out.
const notAdopted = new Set(['compute_instance_template']);

/** Compares what is to be created with what was seen in the project: the uuid says what is ours. Changes nothing. */
export async function findExisting(
  http: GoogleHttp,
  deployment: Pick<Deployment, 'uuid'>,
  planned: readonly Planned[],
  seen: readonly Seen[],
): Promise<Adoption> {
  const adoption: Adoption = { imports: [], strangers: [] };
  for (const { address, type, values } of planned) {
    const kind = type.replace(/^google_/, '');
    const name = plannedName(values);
    if (notAdopted.has(kind)) continue;
    const ours = (one: Seen): boolean => one.mark?.uuid === deployment.uuid;
    const found = seen.filter((one) => one.type === kind && isCalled(one, name) && isInPlace(one, values));
    const own = found.find(ours);
    if (own) adoption.imports.push({ to: address, id: own.id });
    else if (name !== '' && found.length > 0) adoption.strangers.push(`${kind} ${name}`);
    const part = await partOf(http, kind, values, seen.filter(ours));
    if (part !== undefined) adoption.imports.push({ to: address, id: part });
  }
  return adoption;
}

/** The name that a planned resource will have; '' where it is chosen when the resource is made. */
export function plannedName(values: Readonly<Record<string, unknown>>): string {
  const { name, account_id: account } = values;
  if (typeof name === 'string') return name;
  return typeof account === 'string' ? account : '';
}

/**
 * Waits until what a dead run has asked for is done, or has failed: an operation that is still running makes its resource after
 * we have looked for it. Gives up after ten minutes; then what comes later is found by the next run.
 */
export async function waitForOperations(
  http: GoogleHttp,
  { project, prefix }: Pick<Deployment, 'project' | 'prefix'>,
  wait: { clock: Clock; stop: AbortSignal; onWait(count: number): void },
): Promise<void> {
  await poll(
    async () => {
      const running = (await listOperations(http, project)).filter(
        ({ status, target }) => status !== 'DONE' && (target === prefix || target.startsWith(`${prefix}-`)),
      );
      if (running.length > 0) wait.onWait(running.length);
      return running.length === 0 || undefined;
    },
    { every: 5_000, first: 250, timeout: 600_000, clock: wait.clock, signal: wait.stop },
  );
}

function isCalled({ type, name }: Seen, wanted: string): boolean {
  if (type === 'service_account') return name.startsWith(`${wanted}@`);
  return wanted === '' || name === wanted;
}

// The same name can be used once in each zone, and once in each region.
function isInPlace({ id }: Seen, { zone, region }: Readonly<Record<string, unknown>>): boolean {
  const [, scope, place] = /\/(zones|regions)\/([^/]+)\//.exec(id) ?? [];
  if (scope === undefined) return true;
  const wanted = scope === 'zones' ? zone : region;
  return typeof wanted !== 'string' || wanted.endsWith(place ?? '');
}

/** Two types are parts of others, and in no list of the project. */
async function partOf(
  http: GoogleHttp,
  kind: string,
  values: Readonly<Record<string, unknown>>,
  ours: readonly Seen[],
): Promise<string | undefined> {
  const name = plannedName(values);
  if (kind === 'compute_router_nat') {
    const router = ours.find((one) => one.type === 'compute_router' && one.name === values['router']);
    return router && (await getNatNames(http, router.id)).includes(name) ? `${router.id}/${name}` : undefined;
  }
  if (kind === 'compute_resize_request') {
    const group = ours.find((one) => one.type === 'compute_instance_group_manager');
    const id = `${group?.id}/resizeRequests/${name}`;
    return group && (await hasResizeRequest(http, id)) ? id : undefined;
  }
  return undefined;
}
