/** Compute writes times in Pacific time: `2026-11-22T05:15:49.717-08:00`. */
export function timestamp(at: number): string {
  return new Date(at - 8 * 3_600_000).toISOString().replace('Z', '-08:00');
}
