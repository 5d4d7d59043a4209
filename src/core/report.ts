import type { Clock } from './clock.ts';
import { faultLines } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Redactor } from './redact.ts';

/** Facts beside the constant text of an event. */
type Data = Readonly<Record<string, unknown>>;

/** One thing that happened, as both renderings see it. */
export interface ReportEvent {
  /** Milliseconds since 1970. */
  at: number;
  level: 'info' | 'warn' | 'error';
  /** `step.start`, `step.progress`, `step.done`, `step.failed`, `note`, `live`, `output`, `fault`, `result`. */
  event: string;
  /** Constant wording, so that events can be grouped. */
  text: string;
  data: Data;
  /** Lines for people: the live block, the finished report, the four lines of a fault. */
  lines?: readonly string[];
  /** The finished report in Markdown, where it has a form of its own. */
  markdown?: readonly string[];
}

/** A rendering of events: lines and a live block for people, or JSON lines for machines. */
export interface View {
  show(event: ReportEvent): void;
  /** Ends the live block; nothing is shown after it. */
  close(): void;
}

/** Tells how a step comes along. */
export interface StepReport {
  progress(detail: string, data?: Data): void;
}

/** The one voice: modules never print, they report. */
export interface Report {
  /** Runs `work` as a named step: says that it began, how it comes along, and how it ended after how many seconds. */
  step<T>(title: string, work: (step: StepReport) => Promise<T>): Promise<T>;
  info(text: string, data?: Data): void;
  warn(text: string, data?: Data): void;
  /** Replaces the live block; on a plain log `summary` is said at most every 30 s. No lines = the block is taken away. */
  live(lines: readonly string[], summary: string, data?: Data): void;
  /** What the user asked for: a table, a file, a report. Goes to standard output. */
  output(name: string, data: Data, lines: readonly string[], markdown?: readonly string[]): void;
  /** `raw`: with all that Google said, for people too. */
  fault(fault: Fault, how?: { raw?: boolean }): void;
  /** The last, machine-readable line of a run. */
  result(code: number, data?: Data): void;
}

/** A report that shows its events in `view`, with every secret cut out. */
export function createReport(view: View, clock: Clock, redactor: Redactor): Report {
  const emit = (event: Omit<ReportEvent, 'at'>): void => view.show(clean({ at: clock.now(), ...event }, redactor));
  return {
    async step(title, work) {
      const started = clock.now();
      const seconds = (): number => Math.round((clock.now() - started) / 100) / 10;
      emit({ level: 'info', event: 'step.start', text: title, data: {} });
      try {
        const value = await work({
          progress: (detail, data = {}) =>
            emit({ level: 'info', event: 'step.progress', text: title, data: { detail, ...data } }),
        });
        emit({ level: 'info', event: 'step.done', text: title, data: { seconds: seconds() } });
        return value;
      } catch (error) {
        emit({ level: 'error', event: 'step.failed', text: title, data: { seconds: seconds() } });
        throw error;
      }
    },
    info: (text, data = {}) => emit({ level: 'info', event: 'note', text, data }),
    warn: (text, data = {}) => emit({ level: 'warn', event: 'note', text, data }),
    live: (lines, summary, data = {}) => emit({ level: 'info', event: 'live', text: summary, data, lines }),
    output: (name, data, lines, markdown) =>
      emit({ level: 'info', event: 'output', text: name, data, lines, ...(markdown && { markdown }) }),
    fault: (fault, { raw = false } = {}) =>
      emit({
        level: 'error',
        event: 'fault',
        text: fault.code,
        data: { exit: fault.exit, message: fault.message, next: fault.fix, ...context(fault) },
        lines: faultLines(fault, raw),
      }),
    result: (code, data = {}) => emit({ level: 'info', event: 'result', text: 'RESULT', data: { code, ...data } }),
  };
}

function context(fault: Fault): Data {
  const { exists, done, googleCode, google, details } = fault.context;
  return Object.fromEntries(
    Object.entries({ exists, done, googleCode, google, details }).filter(([, value]) => value !== undefined),
  );
}

function clean(event: ReportEvent, redactor: Redactor): ReportEvent {
  return cleanValue(event, redactor) as ReportEvent;
}

function cleanValue(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanValue(item, redactor)]));
}
