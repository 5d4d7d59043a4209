import type { Diagnostic } from './diagnostics.ts';

/** Who holds the lock of a state, as Terraform writes it down. */
export interface LockHolder {
  /** Random id in the lock object; in messages of the gcs backend the generation of that object. */
  id: string;
  /** `OperationTypeApply` */
  operation: string;
  /** `user@host` */
  who: string;
  /** Terraform's version. */
  version: string;
  /** Milliseconds since 1970; `undefined` when it cannot be read. */
  created: number | undefined;
}

/** Tells that Terraform could not get the lock; `init` says so in words of its own. */
function isLockError({ summary, detail }: Diagnostic): boolean {
  const atInit = summary.startsWith('Error loading state: writing ') && detail.includes('Lock Info:');
  return summary === 'Error acquiring the state lock' || atInit;
}

/**
 * Tells that the lock was there when Terraform asked for it and gone when it looked whose it was: the other run has
 * just ended. Terraform gives up at once then, whatever its lock timeout: https://github.com/hashicorp/terraform/issues/30149
 */
export function isLockRace(diagnostic: Diagnostic): boolean {
  return isLockError(diagnostic) && diagnostic.detail.includes("storage: object doesn't exist");
}

/** Tells that the work was done and only the lock could not be given back. */
export function isUnlockError({ summary }: Diagnostic): boolean {
  return summary === 'Error releasing the state lock';
}

/**
 * Tells that `init`, which locks a state that is not there yet in order to write an empty one, could not give its lock back. Then
 * it ends as if it had failed, whatever it has written.
 */
export function isInitUnlockError({ summary, detail }: Diagnostic): boolean {
  return (
    summary.startsWith('Error loading state') &&
    detail.includes('unlocking the state file on Google Cloud Storage failed')
  );
}

/** The holder whose lock stopped a command; `undefined` when it was something else. */
export function holderOf(diagnostics: readonly Diagnostic[]): LockHolder | undefined {
  const error = diagnostics.find(isLockError);
  return error && parseLockInfo(error.detail);
}

/** Reads the `Lock Info` out of a message about the lock; `undefined` when it has none. */
export function parseLockInfo(text: string): LockHolder | undefined {
  const field = (name: string): string | undefined => new RegExp(`^ *${name}: +(.+?) *$`, 'm').exec(text)?.[1];
  const id = field('ID');
  const who = field('Who');
  if (id === undefined || who === undefined) return undefined;
  return {
    id,
    who,
    operation: field('Operation') ?? '',
    version: field('Version') ?? '',
    created: parseGoTime(field('Created') ?? ''),
  };
}

// Go prints `2026-11-22 14:06:47.181846869 +0000 UTC`.
function parseGoTime(text: string): number | undefined {
  const [, day, time, fraction = '', zone = '+0000'] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ?([+-]\d{4})?/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T${time}${fraction}${zone.slice(0, 3)}:${zone.slice(3)}`);
  return Number.isNaN(at) ? undefined : at;
}
