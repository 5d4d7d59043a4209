import type { Clock } from '../core/clock.ts';
import type { TerraformEvent } from './events.ts';

/** The parts of a terraform command, each with its own patience. */
export type Phase = 'starting' | 'waiting for the lock' | 'working' | 'giving back the lock';

/** Milliseconds without a sign of life that each phase may last. */
export type Patience = Readonly<Record<Phase, number>>;

/** Looks at a command from outside: terraform itself waits for ever when the bucket answers 503 for ever. */
export interface Watchdog {
  /** A sign of life. */
  saw(event: TerraformEvent): void;
  /** The command was asked to end: from now on a minute of silence is enough. */
  hurry(): void;
  end(): void;
}

/**
 * Patience of the commands in milliseconds. With work in flight terraform speaks every 10 s, so five minutes of
 * silence are not work.
 */
export function patience(budget: number, lockTimeoutSeconds: number): Patience {
  return {
    starting: budget,
    // Terraform gives up by itself at the lock timeout; 30 s later it never will.
    'waiting for the lock': lockTimeoutSeconds * 1000 + 30_000,
    working: Math.max(budget, 300_000),
    'giving back the lock': 30_000,
  };
}

/** Starts to watch; `bite` is called once, with the phase in which the silence lasted too long. */
export function watch(times: Patience, clock: Clock, bite: (phase: Phase) => void): Watchdog {
  const ended = new AbortController();
  let phase: Phase = 'starting';
  let hurried = false;
  let deadline = clock.now() + times.starting;

  function enter(next: Phase): void {
    phase = next;
    deadline = clock.now() + (hurried ? Math.min(times[next], 60_000) : times[next]);
  }

  async function look(): Promise<void> {
    while (!ended.signal.aborted) {
      const left = deadline - clock.now();
      if (left <= 0) {
        bite(phase);
        return;
      }
      // A short sleep, because the next phase may be less patient than this one.
      await clock.sleep(Math.min(left, 1_000), ended.signal);
    }
  }
  // Ends by rejection when the command ends first, which is the usual case.
  look().catch(() => undefined);

  return {
    saw(event) {
      if (event.kind === 'version') return;
      if (event.kind === 'locking') enter('waiting for the lock');
      else if (event.kind === 'unlocking') enter('giving back the lock');
      else if (phase !== 'giving back the lock') enter('working');
    },
    hurry() {
      hurried = true;
      enter(phase);
    },
    end: () => ended.abort(),
  };
}
