import type { Clock } from '../core/clock.ts';
import { run } from '../core/run.ts';
import type { Child } from '../core/run.ts';
import type { Diagnostic } from './diagnostics.ts';
import { parseTextDiagnostics } from './diagnostics.ts';
import { parseEvent } from './events.ts';
import type { ChangeSummary, ResourceProgress } from './events.ts';
import { interrupter } from './interrupt.ts';
import type { Interrupter, Interruption } from './interrupt.ts';
import type { LockHolder } from './lock-text.ts';
import type { TerraformLog } from './log.ts';
import { watch } from './watchdog.ts';
import type { Patience, Phase } from './watchdog.ts';

/** How a caller follows a command and ends it. */
export interface Control {
  /** Aborted: one SIGINT to terraform, at once or when `drainSeconds` are over. */
  stop?: AbortSignal | undefined;
  /**
   * How long a stop may wait for what is in flight (default 0): a create that is interrupted is forgotten by terraform
   * although it goes on at Google, so a patient stop leaves less to be adopted by the next run.
   */
  drainSeconds?: number | undefined;
  /** Aborted: the second SIGINT, and SIGKILL six seconds later. */
  stopNow?: AbortSignal | undefined;
  /** Told when terraform has been started. */
  onStart?: (() => void) | undefined;
  onProgress?: ((progress: ResourceProgress) => void) | undefined;
  /** Told again and again who holds the lock while we wait for it. */
  onWait?: ((holder: LockHolder) => void) | undefined;
}

/** One terraform command. */
export interface TerraformCommand {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  input?: string | undefined;
  /** It prints events (`-json`), which are read as they come; otherwise its standard output is kept. */
  events: boolean;
  patience: Patience;
  log: TerraformLog;
  clock: Clock;
  control: Control;
}

/** How a command ended. */
export interface TerraformEnd {
  exitCode: number | undefined;
  /** The signal that killed it: `SIGKILL` is most often the kernel's, for want of memory. */
  signal: string | undefined;
  notStarted: string | undefined;
  diagnostics: Diagnostic[];
  /** What it printed, for commands without events. */
  stdout: string;
  summary: ChangeSummary | undefined;
  /** The outputs that it told; undefined for commands that tell none. */
  outputs: Record<string, unknown> | undefined;
  /** Resources that were begun and not seen to end. */
  inFlight: string[];
  /** At least one resource was begun. */
  touched: boolean;
  interruption: Interruption;
  /** The watchdog ended it in this phase. */
  starved: Phase | undefined;
  /** The state, where it could be saved nowhere else. */
  stateDump: unknown;
}

/**
 * Runs one terraform command in a session of its own, so that a terminal's Ctrl-C does not reach it. Reads its events,
 * keeps its log, passes on interrupts, and ends it when it stops giving signs of life. Throws nothing.
 */
export async function runTerraform(command: TerraformCommand): Promise<TerraformEnd> {
  const { control, log } = command;
  const inFlight = new Set<string>();
  const end: TerraformEnd = {
    exitCode: undefined,
    signal: undefined,
    notStarted: undefined,
    diagnostics: [],
    stdout: '',
    summary: undefined,
    outputs: undefined,
    inFlight: [],
    touched: false,
    interruption: 'none',
    starved: undefined,
    stateDump: undefined,
  };
  const errors: string[] = [];
  let child: Child | undefined;
  let interrupt: Interrupter | undefined;
  const drained = new AbortController();
  const ended = new AbortController();
  const onStop = async (): Promise<void> => {
    const drain = (control.drainSeconds ?? 0) * 1000;
    if (drain > 0 && inFlight.size > 0) await command.clock.sleep(drain, drained.signal).catch(() => undefined);
    interrupt?.once();
    dog.hurry();
  };
  const onStopNow = (): void => interrupt?.twice();
  const dog = watch(command.patience, command.clock, (phase) => {
    log.line(`! no sign of life while ${phase}: it is ended`);
    end.starved = phase;
    interrupt?.twice();
  });

  function onLine(line: string): void {
    const event = parseEvent(line);
    // The state holds everything that was given to the machines, and is kept elsewhere.
    log.line(event?.kind === 'state dump' ? '! the state was printed, for want of a place to save it' : line);
    if (event === undefined) {
      errors.push(line);
      return;
    }
    dog.saw(event);
    if (event.kind === 'diagnostic') end.diagnostics.push(event.diagnostic);
    if (event.kind === 'summary') end.summary = event.summary;
    if (event.kind === 'outputs') end.outputs = event.outputs;
    if (event.kind === 'state dump') end.stateDump = event.state;
    if (event.kind === 'resource') {
      const { address, state } = event.progress;
      end.touched = true;
      if (state === 'done' || state === 'failed') inFlight.delete(address);
      else inFlight.add(address);
      if (inFlight.size === 0 && control.stop?.aborted) drained.abort();
      control.onProgress?.(event.progress);
    }
  }

  log.line(`$ terraform ${command.args.join(' ')}`);
  const outcome = await run({
    file: command.file,
    args: command.args,
    cwd: command.cwd,
    env: command.env,
    detached: true,
    capture: !command.events,
    ...(command.input === undefined ? {} : { input: command.input }),
    onStart(started) {
      child = started;
      interrupt = interrupter(started, command.clock);
      control.stop?.addEventListener('abort', () => void onStop(), { signal: ended.signal });
      control.stopNow?.addEventListener('abort', onStopNow, { signal: ended.signal });
      if (control.stop?.aborted) void onStop();
      if (control.stopNow?.aborted) onStopNow();
      control.onStart?.();
    },
    ...(command.events ? { onLine } : {}),
    onErrorLine(line) {
      log.line(line, 'errors');
      errors.push(line);
    },
  });
  dog.end();
  interrupt?.end();
  ended.abort();
  drained.abort();
  // Providers outlive a terraform that was killed, and nobody hears what they have to say.
  if (outcome.signal !== undefined) child?.killSession('SIGKILL');

  const said = parseTextDiagnostics(errors.join('\n'));
  log.line(`$ ended with ${outcome.exitCode ?? outcome.signal ?? outcome.notStarted}`);
  return {
    ...end,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    notStarted: outcome.notStarted,
    diagnostics: [...end.diagnostics, ...(said.length > 0 ? said : crashText(errors))],
    stdout: outcome.stdout,
    inFlight: [...inFlight],
    interruption: interrupt?.sent ?? 'none',
  };
}

// A Go panic is no diagnostic; its first line is the best word for it.
function crashText(lines: readonly string[]): Diagnostic[] {
  const panic = lines.find((line) => /^(?:panic: |fatal error: |!!!+ TERRAFORM CRASH)/.test(line));
  return panic === undefined ? [] : [{ severity: 'error', summary: panic, detail: lines.slice(0, 20).join('\n') }];
}
