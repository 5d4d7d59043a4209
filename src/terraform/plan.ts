import * as z from 'zod';

/** What Terraform means to do with one resource. */
export interface PlannedResource {
  /** `google_compute_network.main[0]` */
  address: string;
  /** `google_compute_network` */
  type: string;
  /** `main` */
  name: string;
  /** `['no-op']`, `['create']`, `['update']`, `['delete', 'create']`, … */
  actions: readonly string[];
  /** The attributes as far as they are known before the apply. */
  values: Readonly<Record<string, unknown>>;
  /** The attributes that exist now; empty for a resource that is to be created. */
  before: Readonly<Record<string, unknown>>;
  /** It is taken over by an import block. */
  imported: boolean;
}

const Values = z.record(z.string(), z.unknown()).nullish();

const Changes = z
  .array(
    z.object({
      address: z.string(),
      mode: z.string().default('managed'),
      type: z.string(),
      name: z.string(),
      change: z.object({
        actions: z.array(z.string()),
        before: Values,
        after: Values,
        importing: z.unknown().optional(),
      }),
    }),
  )
  .default([]);
const PlanDocument = z.object({ resource_changes: Changes, resource_drift: Changes });

/**
 * Reads what `terraform show -json PLAN` prints; data sources are left out.
 * Format: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function parsePlan(text: string): PlannedResource[] {
  return managed(PlanDocument.parse(JSON.parse(text)).resource_changes);
}

/** Reads what a refresh-only plan found to be otherwise than the state says: `update` = changed, `delete` = gone. */
export function parseDrift(text: string): PlannedResource[] {
  return managed(PlanDocument.parse(JSON.parse(text)).resource_drift).filter(
    ({ actions, before, values }) => actions.includes('delete') || comparable(before) !== comparable(values),
  );
}

// Google keeps these to itself: they change when a neighbour does (the other members of a policy), or as machines come up.
const bookkeeping = new Set(['etag', 'fingerprint', 'metadata_fingerprint', 'tags_fingerprint', 'status']);

function comparable(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    withoutEmpty(Object.fromEntries(Object.entries(values).filter(([name]) => !bookkeeping.has(name)))),
  );
}

/** What was left out reads back as null, "", 0, false, [] or {}: nobody has changed that. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== 'object' || value === null) return value || undefined;
  const entries = Object.entries(value)
    .map(([name, part]) => [name, withoutEmpty(part)] as const)
    .filter(([, part]) => part !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function managed(changes: z.output<typeof Changes>): PlannedResource[] {
  return changes.flatMap(({ address, mode, type, name, change }) =>
    mode === 'managed'
      ? [
          {
            address,
            type,
            name,
            actions: change.actions,
            values: change.after ?? {},
            before: change.before ?? {},
            imported: change.importing !== undefined && change.importing !== null,
          },
        ]
      : [],
  );
}
