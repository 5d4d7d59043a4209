import * as z from 'zod';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Fault } from '../core/faults.ts';
import type { Redactor } from '../core/redact.ts';
import type { Cloud } from '../google/cloud.ts';
import type { TerraformBinary } from './binary.ts';
import type { Control, TerraformEnd } from './command.ts';
import { DiagnosticDocument } from './diagnostics.ts';
import type { Diagnostic } from './diagnostics.ts';
import { createEngine } from './engine.ts';
import type { ChangeSummary } from './events.ts';
import { openLog } from './log.ts';
import { parseDrift, parsePlan } from './plan.ts';
import type { PlannedResource } from './plan.ts';
import { setAsideHalfWritten } from './half-written.ts';
import type { WorkDirectory } from './work-directory.ts';

/** What became of a command: its value, or the fault, as a value. */
export type Result<T> = Done<T> | Failed;

/** The command did what it should. */
interface Done<T> {
  ok: true;
  value: T;
  /** Warnings, mostly. */
  diagnostics: readonly Diagnostic[];
}

/** The command did not; `fault` can be thrown as it is. */
interface Failed {
  ok: false;
  fault: Fault;
  diagnostics: readonly Diagnostic[];
  /** How terraform ended: what it had begun, whether it was interrupted. */
  end: TerraformEnd;
  /** The state that could not be saved in the bucket (M9 to M11), where Terraform handed it out. */
  unsavedState: string | undefined;
}

/** Terraform in one work directory, for one deployment. */
export interface TerraformSettings {
  binary: TerraformBinary;
  work: WorkDirectory;
  cloud: Cloud;
  /** Our own environment, of which an allow-list reaches terraform. */
  environment: NodeJS.ProcessEnv;
  redactor: Redactor;
  /** Eight hex digits, of each run its own: this run's lock can be told by it from that of a twin on the same machine. */
  run: string;
  project: string;
  /** The deployment's name and the command that goes on after an interruption, for the texts of faults. */
  deployment: string;
  resume: string;
  /** How long to wait for a live run of the same deployment. */
  lockTimeoutSeconds: number;
  /**
   * Takes off the lock that a command of this run has taken since then (milliseconds since 1970), where Terraform could not; answers
   * whether nothing is locked any more.
   */
  freeLock?: ((since: number) => Promise<boolean>) | undefined;
  /** Puts a state that cannot be saved where the next run finds it, and answers where that is. */
  rescue?: ((state: string) => Promise<string>) | undefined;
  clock?: Clock;
}

/** What can be asked of Terraform. Every method answers a result; none throws for what terraform does. */
export interface Terraform {
  /** Path of the private log. */
  log: string;
  init(control?: Control): Promise<Result<void>>;
  validate(control?: Control): Promise<Result<void>>;
  /** Writes the plan to the file `plan` in the work directory; with `destroy`, the plan of taking everything away. */
  plan(control?: Control & { destroy?: boolean; refresh?: boolean }): Promise<Result<ChangeSummary>>;
  /** The resources of the plan that `plan` wrote. */
  planned(control?: Control): Promise<Result<PlannedResource[]>>;
  /** Applies the plan that `plan` wrote, or, with `fresh`, the configuration as it is; with at most `parallelism` calls at once. */
  apply(control?: Control & { fresh?: boolean; parallelism?: number }): Promise<Result<ChangeSummary | undefined>>;
  /** Takes away everything that the state holds, whatever the configuration says. */
  destroy(control?: Control): Promise<Result<ChangeSummary | undefined>>;
  /** Addresses of everything in the state. */
  list(control?: Control): Promise<Result<string[]>>;
  /** The state as text; `undefined` when there is none. */
  pull(control?: Control): Promise<Result<string | undefined>>;
  /** Replaces the state in the bucket; Terraform refuses another lineage, and an older serial. */
  push(state: string, control?: Control): Promise<Result<void>>;
  /** What the cloud says otherwise than the state, found by a refresh that changes nothing. */
  drift(control?: Control): Promise<Result<PlannedResource[]>>;
  /** The values of the outputs, by name: as the last apply has told them, else asked for. */
  output(control?: Control): Promise<Result<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** Takes the value out of a result, or throws its fault. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw result.fault;
  return result.value;
}

/** File in the work directory that holds the plan. */
const planFile = 'plan';

// Milliseconds that each command may be silent at its start.
const budgets = { init: 120_000, plan: 300_000, apply: 300_000, short: 120_000 };

const Validation = z.object({ valid: z.boolean(), diagnostics: z.array(DiagnosticDocument).default([]) });
const Outputs = z.record(z.string(), z.object({ value: z.unknown().optional() }));

/** Makes Terraform ready for use in a work directory; nothing is started yet. */
export function createTerraform(settings: TerraformSettings): Terraform {
  const clock = settings.clock ?? wallClock;
  const log = openLog(settings.work.path, settings.redactor, clock);
  const { command, saving, push, verdict, lockTimeout } = createEngine(settings, log, clock);

  const common = ['-input=false', '-no-color'];
  // What the last apply said, for as long as nothing else has changed the state: it saves a process, and a read of the state.
  let told: Record<string, unknown> | undefined;
  return {
    log: log.path,
    async init(control = {}) {
      for (const name of await setAsideHalfWritten(settings.work))
        log.line(`! ${name} is only half there: it is set aside`);
      const args = ['init', ...common, '-reconfigure'];
      const first = await command({ verb: 'init', args, budget: budgets.init, control });
      // A work directory that an earlier version of ours used has that version's provider in its lock file.
      const outdated = first.diagnostics.some(({ detail }) => detail.includes('does not match configured version'));
      if (first.ok || !outdated) return nothing(first);
      return nothing(await command({ verb: 'init', args: [...args, '-upgrade'], budget: budgets.init, control }));
    },
    async validate(control = {}) {
      const args = ['validate', '-no-color', '-json'];
      const result = await command({ verb: 'validate', args, budget: budgets.short, control });
      if (result.ok) return nothing(result);
      // Its errors are in a document on standard output, not in events.
      const document = parseJson(Validation, result.end.stdout);
      if (document === undefined || document.diagnostics.length === 0) return result;
      const end = { ...result.end, diagnostics: document.diagnostics };
      return { ...result, fault: verdict('validate', end) ?? result.fault, end, diagnostics: end.diagnostics };
    },
    async plan({ destroy, refresh, ...control } = {}) {
      const args = ['plan', ...common, '-json', lockTimeout, '-parallelism=64', `-out=${planFile}`];
      if (destroy) args.push('-destroy');
      if (refresh === false) args.push('-refresh=false');
      const result = await command({ verb: 'plan', args, budget: budgets.plan, control, events: true });
      return map(result, ({ summary }) => summary ?? noChange);
    },
    async planned(control = {}) {
      const args = ['show', '-no-color', '-json', planFile];
      return map(await command({ verb: 'show', args, budget: budgets.short, control }), ({ stdout }) =>
        parsePlan(stdout),
      );
    },
    async apply({ fresh, parallelism = 64, ...control } = {}) {
      const args = ['apply', ...common, '-json', lockTimeout, `-parallelism=${parallelism}`, '-auto-approve'];
      if (!fresh) args.push(planFile);
      told = undefined;
      const result = await saving({ verb: 'apply', args, budget: budgets.apply, control, events: true });
      if (result.ok) told = result.value.outputs;
      return map(result, ({ summary }) => summary);
    },
    async destroy(control = {}) {
      const args = ['destroy', ...common, '-json', lockTimeout, '-parallelism=64', '-auto-approve'];
      told = undefined;
      const result = await saving({ verb: 'destroy', args, budget: budgets.apply, control, events: true });
      return map(result, ({ summary }) => summary);
    },
    async list(control = {}) {
      const args = ['state', 'list'];
      const result = await command({ verb: 'state list', args, budget: budgets.short, control });
      // Without any state it is an error for terraform and an empty list for us.
      if (!result.ok && result.diagnostics.some(({ summary }) => summary.startsWith('No state file was found'))) {
        return { ok: true, value: [], diagnostics: [] };
      }
      return map(result, ({ stdout }) => stdout.split('\n').filter((line) => line !== ''));
    },
    async pull(control = {}) {
      const result = await command({ verb: 'state pull', args: ['state', 'pull'], budget: budgets.short, control });
      return map(result, ({ stdout }) => (stdout.trim() === '' ? undefined : stdout));
    },
    async push(state, control) {
      told = undefined;
      return nothing(await push(state, control));
    },
    async drift(control = {}) {
      const args = ['plan', ...common, '-json', lockTimeout, '-parallelism=64', '-refresh-only', '-out=drift'];
      const refreshed = await command({
        verb: 'plan -refresh-only',
        args,
        budget: budgets.plan,
        control,
        events: true,
      });
      if (!refreshed.ok) return refreshed;
      const show = ['show', '-no-color', '-json', 'drift'];
      return map(await command({ verb: 'show', args: show, budget: budgets.short, control }), ({ stdout }) =>
        parseDrift(stdout),
      );
    },
    async output(control = {}) {
      if (told) return { ok: true, value: told, diagnostics: [] };
      const args = ['output', '-no-color', '-json'];
      const result = await command({ verb: 'output', args, budget: budgets.short, control });
      return map(result, ({ stdout }) =>
        Object.fromEntries(Object.entries(Outputs.parse(JSON.parse(stdout))).map(([name, { value }]) => [name, value])),
      );
    },
    close: () => log.close(),
  };
}

const noChange: ChangeSummary = { operation: 'plan', add: 0, change: 0, remove: 0, import: 0 };

function map<T>(result: Result<TerraformEnd>, read: (end: TerraformEnd) => T): Result<T> {
  return result.ok ? { ...result, value: read(result.value) } : result;
}

function nothing(result: Result<TerraformEnd>): Result<void> {
  return map(result, () => undefined);
}

function parseJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
