import type { LockHolder } from './lock-text.ts';

/** A run of this program, as far as it can be told from the locks that its Terraform takes. */
export interface LockOwner {
  run: string;
  /** `user@host`; the part before the @ is empty where the user has no name. */
  who: string;
  /** Locks that are older are not this run's (milliseconds since 1970, by the clock of its host). */
  since: number;
}

/** The name under which Terraform writes a run of ours into its lock where the user has none of its own, as in containers. */
export function runName(run: string): string {
  return `cluster-provision-${run}`;
}

/** Tells that the lock is the run's. Whoever holds the lease is alone, but somebody's own Terraform asks nobody. */
export function isLockOf({ run, who, since }: LockOwner, lock: Pick<LockHolder, 'who' | 'created'>): boolean {
  const host = who.slice(who.lastIndexOf('@'));
  return lock.who === runName(run) + host || (lock.who === who && lock.created !== undefined && lock.created >= since);
}
