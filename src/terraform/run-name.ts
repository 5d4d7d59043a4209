/** The user name under which Terraform writes a run of ours into its lock, so that it can be told from anybody else's. */
export function runName(run: string): string {
  return `cluster-provision-${run}`;
}

/** Tells that `who` of a lock (`user@host`) is a run of this program. */
export function isLockOfOurs(who: string): boolean {
  return /^cluster-provision-[0-9a-f]{8}@/.test(who);
}
