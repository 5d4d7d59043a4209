import type { Report } from './report.ts';

/** What became of the signals so far, as two abort signals that actions pass on. */
export interface Signals {
  /** Aborted on the first SIGINT, SIGTERM or SIGHUP: end in good order. */
  stop: AbortSignal;
  /** Aborted on the second, at least a second later: end now, keep what is known. */
  stopNow: AbortSignal;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The reason of `stop` is the signal's name. The same Ctrl-C can reach us twice
 * (from the terminal and from a parent that relays it), so a second one counts only a second later; the third ends the process.
 * Who sends SIGTERM most often kills `graceSeconds` later. What is under way then goes on all the same, for the time may be longer
 * than we were told; that nothing is lost by the kill is said two seconds before.
 */
export function listenForSignals(report: Report, graceSeconds: number): Signals {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let first = 0;
  const heard = (signal: NodeJS.Signals): void => {
    const now = Date.now();
    if (!stop.signal.aborted) {
      first = now;
      report.warn('stopping in good order; a second signal stops at once', { signal });
      stop.abort(new StopRequest(signal));
      if (signal === 'SIGTERM') setTimeout(tellBeforeTheKill, Math.max(0, graceSeconds - 2) * 1000).unref();
    } else if (now - first >= 1000) {
      if (stopNow.signal.aborted) process.exit(signal === 'SIGTERM' ? 143 : 130);
      report.warn('stopping now', { signal });
      stopNow.abort(new StopRequest(signal));
    }
  };
  function tellBeforeTheKill(): void {
    report.warn('STOP_GRACE is nearly over: if this process is killed now, the same command goes on from here', {
      stopGraceSeconds: graceSeconds,
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, heard);
  return { stop: stop.signal, stopNow: stopNow.signal };
}

/** The reason with which work is aborted when the user asks for the end. */
export class StopRequest extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.name = 'StopRequest';
    this.signal = signal;
  }

  /** 130 for Ctrl-C, 143 for SIGTERM: the codes a shell expects. */
  get exit(): number {
    return this.signal === 'SIGTERM' ? 143 : 130;
  }
}
