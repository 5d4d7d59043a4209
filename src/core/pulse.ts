import { rmSync, writeFileSync } from 'node:fs';

/** A sign of life of a run that stays: one that holds a cluster, or serves the sandbox. */
export interface Pulse extends Disposable {
  /** Says that all is well at this moment. */
  beat(): void;
}

/**
 * Keeps the file that PULSE_FILE names as old as the last sign of life; nothing is written where it is not set. The image
 * sets it, and its health check (src/healthcheck.ts) reads it. Disposing takes the file away: there is nothing to judge then.
 */
export function startPulse({ PULSE_FILE: file }: NodeJS.ProcessEnv): Pulse {
  const pulse: Pulse = {
    beat() {
      if (file) quietly(() => writeFileSync(file, ''));
    },
    [Symbol.dispose]() {
      if (file) quietly(() => rmSync(file, { force: true }));
    },
  };
  pulse.beat();
  return pulse;
}

// A place that cannot be written costs the health check, not the run.
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is said nowhere: the health check then knows nothing of this run.
  }
}
