import * as z from 'zod';

import { DiagnosticDocument } from './diagnostics.ts';
import type { Diagnostic } from './diagnostics.ts';

/** How the work on one resource comes along. */
export interface ResourceProgress {
  /** `google_compute_network.main[0]` */
  address: string;
  /** `google_compute_network` */
  type: string;
  /** `create`, `update`, `delete`, `replace`, `read` */
  action: string;
  state: 'started' | 'progress' | 'done' | 'failed';
  /** Since it was started. */
  seconds: number;
}

/** How many resources an operation adds, changes and removes, or did. */
export interface ChangeSummary {
  operation: 'plan' | 'apply' | 'destroy';
  add: number;
  change: number;
  remove: number;
  import: number;
}

/** One line of `-json` output, as far as it matters here. */
export type TerraformEvent =
  | { kind: 'resource'; progress: ResourceProgress }
  | { kind: 'diagnostic'; diagnostic: Diagnostic }
  | { kind: 'summary'; summary: ChangeSummary }
  /** The outputs by name, as they are after an apply. */
  | { kind: 'outputs'; outputs: Record<string, unknown> }
  /** It is taking more than a moment to get the lock, or to give it back. */
  | { kind: 'locking' }
  | { kind: 'unlocking' }
  /** The state could be saved nowhere and was printed instead: the only copy there is. */
  | { kind: 'state dump'; state: unknown }
  /** The first line: terraform has started, nothing more. */
  | { kind: 'version' }
  | { kind: 'other' };

const Hook = z.object({
  resource: z.object({ addr: z.string(), resource_type: z.string() }),
  action: z.string().default('read'),
  elapsed_seconds: z.number().default(0),
});

const Line = z.object({
  type: z.string(),
  '@message': z.string().default(''),
  hook: z.unknown().optional(),
  diagnostic: z.unknown().optional(),
  changes: z.unknown().optional(),
  outputs: z.unknown().optional(),
  state: z.unknown().optional(),
});

const Summary = z.object({
  operation: z.enum(['plan', 'apply', 'destroy']),
  add: z.number().default(0),
  change: z.number().default(0),
  remove: z.number().default(0),
  import: z.number().default(0),
});

const Outputs = z.record(z.string(), z.object({ value: z.unknown().optional() }));

const resourceStates: Readonly<Record<string, ResourceProgress['state']>> = {
  apply_start: 'started',
  apply_progress: 'progress',
  apply_complete: 'done',
  apply_errored: 'failed',
};

/**
 * Reads one line of `-json` output; answers `undefined` for a line that is not an event (a panic, a plugin's cry).
 * Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export function parseEvent(text: string): TerraformEvent | undefined {
  const line = parseLine(text);
  if (line === undefined) return undefined;
  try {
    return readEvent(line);
  } catch {
    // An event that a later version shapes otherwise; losing it is better than losing the run.
    return { kind: 'other' };
  }
}

function readEvent(line: z.output<typeof Line>): TerraformEvent {
  if (line.state !== undefined && line.type === 'log') return { kind: 'state dump', state: line.state };
  const state = resourceStates[line.type];
  if (state !== undefined) {
    const { resource, action, elapsed_seconds: seconds } = Hook.parse(line.hook);
    return {
      kind: 'resource',
      progress: { address: resource.addr, type: resource.resource_type, action, state, seconds },
    };
  }
  switch (line.type) {
    case 'diagnostic':
      return { kind: 'diagnostic', diagnostic: DiagnosticDocument.parse(line.diagnostic) };
    case 'change_summary':
      return { kind: 'summary', summary: Summary.parse(line.changes) };
    case 'outputs':
      return { kind: 'outputs', outputs: valuesOf(Outputs.parse(line.outputs)) };
    case 'state_lock_acquire':
      return { kind: 'locking' };
    case 'state_lock_release':
      return { kind: 'unlocking' };
    case 'version':
      return { kind: 'version' };
    default:
      return { kind: 'other' };
  }
}

function valuesOf(outputs: z.output<typeof Outputs>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

function parseLine(text: string): z.output<typeof Line> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
