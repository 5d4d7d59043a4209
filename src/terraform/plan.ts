import { z } from 'zod';

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

// Google counts these up with every change of a neighbour (the other members of a policy, say): nobody changed the resource.
const bookkeeping = new Set(['etag', 'fingerprint', 'metadata_fingerprint', 'tags_fingerprint']);

function comparable(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(values).filter(([name]) => !bookkeeping.has(name)));
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
