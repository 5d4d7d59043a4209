import type { Clock } from '../core/clock.ts';
import type { Control } from './command.ts';
import type { TerraformLog } from './log.ts';

/** A state that terraform could not save, and the ways to save it all the same. */
export interface UnsavedState {
  state: string;
  push: (state: string, control: Control) => Promise<{ ok: boolean }>;
  rescue: ((state: string) => Promise<string>) | undefined;
  log: TerraformLog;
  clock: Clock;
  control: Control;
}

// Milliseconds between tries; ten minutes in all, as long as the bucket's worst outages of one object last.
const pauses = [
  1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000,
];

/**
 * Saves the state that terraform gave up on: it does not ask twice, not even after a single 503. Where that fails too,
 * the state is put into the bucket beside it, for the next run. A stop ends the tries, but not before the first two.
 * Answers whether the state is where it belongs.
 */
export async function saveAgain(unsaved: UnsavedState): Promise<boolean> {
  const { state, push, log, clock, control } = unsaved;
  let rescued = false;
  for (const [round, pause] of pauses.entries()) {
    await clock.sleep(pause);
    log.line(`! saving the state again (${round + 1})`);
    // Without the caller's stop signal: an aborted one would refuse to start at all.
    if ((await push(state, {})).ok) return true;
    rescued ||= await putAside(unsaved);
    const stopped = control.stopNow?.aborted || (control.stop?.aborted && round > 0);
    if (stopped) return false;
  }
  return false;
}

async function putAside({ state, rescue, log }: UnsavedState): Promise<boolean> {
  try {
    const place = await rescue?.(state);
    if (place !== undefined) log.line(`! the state is kept at ${place}`);
    return place !== undefined;
  } catch (error) {
    log.line(`! the state could not be put aside either: ${String(error)}`);
    return false;
  }
}
