import type { Clock } from '../core/clock.ts';
import type { Child } from '../core/run.ts';

/** How hard a command was asked to end. */
export type Interruption = 'none' | 'once' | 'twice' | 'killed';

/** Relays the end of a run to terraform, one step at a time. */
export interface Interrupter {
  /** One SIGINT: terraform starts nothing new, waits for what is in flight, saves, unlocks. */
  once(): void;
  /** A second SIGINT: terraform waits 5 s at most. Six seconds later it is killed. */
  twice(): void;
  readonly sent: Interruption;
  end(): void;
}

// Two signals that come closer together than this are one Ctrl-C that arrived on two ways; the second loses data.
const leastGap = 1_000;
const killAfter = 6_000;

/**
 * Signals go to terraform's own process id, never to its group: its providers die of a SIGTERM at once, and what they
 * were making is lost. Only the last resort, SIGKILL, takes the providers along.
 */
export function interrupter(child: Child, clock: Clock): Interrupter {
  const ended = new AbortController();
  let sent: Interruption = 'none';
  let firstAt = 0;

  async function escalate(): Promise<void> {
    await clock.sleep(Math.max(0, firstAt + leastGap - clock.now()), ended.signal);
    sent = 'twice';
    child.kill('SIGINT');
    await clock.sleep(killAfter, ended.signal);
    sent = 'killed';
    child.killSession('SIGKILL');
  }

  const interrupt: Interrupter = {
    once() {
      if (sent !== 'none') return;
      sent = 'once';
      firstAt = clock.now();
      child.kill('SIGINT');
    },
    twice() {
      interrupt.once();
      if (escalating) return;
      escalating = true;
      // Ends by rejection when terraform ends first.
      escalate().catch(() => undefined);
    },
    get sent() {
      return sent;
    },
    end: () => ended.abort(),
  };
  let escalating = false;
  return interrupt;
}
