import { duration } from '../core/duration.ts';
import { fail } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { refusalFault } from '../core/refusal-fault.ts';
import { judgeRefusal } from '../core/refusals.ts';
import type { Said, Verdict } from '../core/refusals.ts';
import type { TerraformEnd } from './command.ts';
import { diagnosticLine, firstError } from './diagnostics.ts';
import type { Diagnostic } from './diagnostics.ts';
import { holderOf, isUnlockError } from './lock-text.ts';
import type { LockHolder } from './lock-text.ts';

/** What a verdict needs to know beside how the command ended. */
export interface Case {
  /** `init`, `plan`, `apply`, … */
  verb: string;
  project: string;
  /** The deployment's name, for people. */
  deployment: string;
  /** The command that goes on from here, for people. */
  resume: string;
  /** Path of the log. */
  log: string;
  /** Where an unsaved state is kept. */
  rescue: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Turns the end of a command into the fault a user is told, or `undefined` when it did what it should.
 * Terraform's exit code is 1 for everything, so its words decide.
 */
export function judge(end: TerraformEnd, facts: Case): Fault | undefined {
  if (end.notStarted !== undefined) return fail('TERRAFORM_MISSING', { wanted: '1.5', reason: end.notStarted });
  if (end.exitCode === 0) return undefined;
  const errors = end.diagnostics.filter(({ severity }) => severity === 'error');
  const context = {
    google: errors.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n\n'),
    details: errors,
  };

  const unsaved = errors.find(isSaveError);
  if (unsaved) {
    const reason = unsaved.detail.replace(/^Error saving state: /, '').split('\n')[0] ?? '';
    return fail('STATE_NOT_SAVED', { deployment: facts.deployment, reason, path: facts.rescue }, context);
  }
  if (onlyUnlockFailed(end, errors)) {
    const reason = unlockReason(errors);
    return fail('UNLOCK_FAILED', { deployment: facts.deployment, reason }, context);
  }
  if (end.interruption !== 'none' && end.starved === undefined) return interrupted(end, facts, context);
  const holder = holderOf(errors);
  if (holder) return lockHeld(facts.deployment, holder, facts.now, context);
  const refused = refusal(errors, facts, context);
  if (refused) return refused;
  return fail(
    'TERRAFORM_FAILED',
    { verb: facts.verb, code: codeOf(end), reason: reasonOf(end), log: facts.log },
    context,
  );
}

/** What Google refused, as Terraform's errors tell it: one verdict for each error, none for an error that is not known. */
export function refusalsIn(diagnostics: readonly Diagnostic[]): (Verdict | undefined)[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map((error) => judgeRefusal(saidIn(error)));
}

/** The words of Google's in an error of the provider's: `googleapi: Error 403: … , forbidden`. */
export function saidIn({ summary, detail }: Pick<Diagnostic, 'summary' | 'detail'>): Said {
  const text = `${summary}\n${detail}`.trim();
  const said = /googleapi: Error \d{3}: [\s\S]*/.exec(text)?.[0];
  const status = /Error (\d{3})\b/.exec(text)?.[1];
  return {
    text,
    status: status === undefined ? undefined : Number(status),
    code: /, ([A-Za-z]+)\s*$/.exec(said ?? '')?.[1] ?? /"?[Cc]ode"?[:=] ?"?([A-Z][A-Z_]+)/.exec(text)?.[1],
    reason: /"reason": "(\w+)"/.exec(text)?.[1],
  };
}

// What cannot be mended by asking again is the cause; "already exists" and "in use" are often its consequences.
function refusal(errors: readonly Diagnostic[], facts: Case, context: { details: unknown }): Fault | undefined {
  const verdicts = refusalsIn(errors);
  const final = verdicts.findIndex((verdict) => verdict?.action === 'STOP' || verdict?.action === 'RESUME');
  const place = final === -1 ? verdicts.findIndex(Boolean) : final;
  const error = errors[place];
  // What stands in the way of a change is told as it is; only a destroy leaves it behind.
  if (!error || (verdicts[place]?.kind === 'in use' && facts.verb !== 'destroy')) return undefined;
  const { project, deployment, resume } = facts;
  const what = [facts.verb, error.address].filter(Boolean).join(' ');
  const said = { ...saidIn(error), text: diagnosticLine(error) };
  return refusalFault(said, { project, deployment, what, again: resume }, context);
}

/** The fault for a lock that somebody holds: who, since when, doing what. */
function lockHeld(deployment: string, holder: LockHolder, now: number, context: { google?: string } = {}): Fault {
  const { created, who } = holder;
  const since = created === undefined ? 'an unknown time' : new Date(created).toISOString().replace(/\.\d+Z$/, 'Z');
  const age = created === undefined ? 'unknown' : duration(Math.max(0, (now - created) / 1000));
  const operation = holder.operation.replace(/^OperationType/, '').toLowerCase() || 'something';
  return fail('LOCK_HELD', { deployment, who, since, age, operation }, { ...context, details: holder });
}

/** Tells that Terraform could not write the state to its bucket. */
export function isSaveError({ summary }: Diagnostic): boolean {
  return /^(?:Failed to save state|Failed to persist state|Error saving state)/.test(summary);
}

function onlyUnlockFailed(end: TerraformEnd, errors: readonly Diagnostic[]): boolean {
  if (errors.length > 0) return errors.every(isUnlockError);
  return end.starved === 'giving back the lock';
}

function unlockReason(errors: readonly Diagnostic[]): string {
  const message = /Error message: (.*)/.exec(errors[0]?.detail ?? '')?.[1];
  return message ?? 'the bucket did not answer';
}

function interrupted(end: TerraformEnd, facts: Case, context: object): Fault {
  if (!end.touched) return fail('STOPPED', {}, context);
  const exists =
    end.inFlight.length > 0 ? `${end.inFlight.length} were in flight: ${end.inFlight.join(', ')}` : undefined;
  return fail(
    'INTERRUPTED',
    { action: facts.verb, command: facts.resume },
    { ...context, ...(exists ? { exists } : {}) },
  );
}

function codeOf(end: TerraformEnd): string | number {
  return end.exitCode ?? end.signal ?? 'none';
}

function reasonOf(end: TerraformEnd): string {
  if (end.starved !== undefined) return `it gave no sign of life while ${end.starved}, and was ended`;
  const crashed = end.diagnostics.some(({ summary }) =>
    /^Plugin did not respond|^panic: |^fatal error: |CRASH/.test(summary),
  );
  if (end.signal === 'SIGKILL' || end.exitCode === 137)
    return 'it was killed, most often for want of memory (1 GiB is enough)';
  const error = firstError(end.diagnostics);
  if (crashed)
    return `it or its provider crashed, most often for want of memory (1 GiB is enough): ${error?.summary ?? ''}`;
  return error === undefined ? 'it did not say why' : diagnosticLine(error);
}
