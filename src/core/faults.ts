import { catalogue } from './catalogue.ts';
import type { FaultRow } from './catalogue.ts';

/** The stable name of an expected failure, such as `ZONE_STOCKED_OUT`. */
export type FaultCode = keyof typeof catalogue;

type Holes<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type HolesOf<Code extends FaultCode> = Holes<(typeof catalogue)[Code]['text'] | (typeof catalogue)[Code]['fix']>;

/** The values that fill the `{holes}` of a row's text and fix; a missing one does not compile. */
export type FaultValues<Code extends FaultCode> = Readonly<Record<HolesOf<Code>, string | number>>;

/** What a fault can say beside its row: the three other lines of the message, and details for the JSON log. */
export interface FaultContext {
  cause?: unknown;
  /** What exists in the cloud now, in one line; left out when nothing was touched. */
  exists?: string;
  /** What was done by ourselves, in one line. */
  done?: string;
  /** Google's code for what failed: `403 forbidden`. */
  googleCode?: string;
  /** Google's own text, shown with DEBUG and in the JSON log. */
  google?: string;
  /** Further facts for machines: lists of wrong options, leftovers, permissions. */
  details?: unknown;
}

/** An expected failure. Anything else that is thrown is a bug and prints a stack. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly exit: number;
  readonly status: number;
  readonly fix: string;
  readonly context: FaultContext;

  constructor(code: FaultCode, text: string, fix: string, context: FaultContext) {
    super(text, { cause: context.cause });
    const row: FaultRow = catalogue[code];
    this.name = code;
    this.code = code;
    this.exit = row.exit;
    this.status = row.status;
    this.fix = fix;
    this.context = context;
  }
}

/** Makes the fault `code` with its holes filled, ready to be thrown. */
export function fail<Code extends FaultCode>(code: Code, values: FaultValues<Code>, context: FaultContext = {}): Fault {
  const row: FaultRow = catalogue[code];
  return new Fault(code, fill(row.text, values), fill(row.fix, values), context);
}

/** Tells whether `error` is a fault, and, when a code is given, whether it is that one. */
export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** The same fault, saying that nothing was created where it says nothing of it; any other error as it is. */
export function untouched(error: unknown): unknown {
  if (!isFault(error)) return error;
  const context = { exists: 'what was there before; nothing was created', done: 'nothing that must be cleaned up' };
  return new Fault(error.code, error.message, error.fix, { ...context, ...error.context });
}

/**
 * The lines a user reads: what failed, what exists now, what we did by ourselves, what to type next.
 * A line with nothing to say is left out. `raw` adds Google's own text, whole.
 */
export function faultLines(fault: Fault, raw = false): string[] {
  const { googleCode, google } = fault.context;
  const lines = [`${fault.code}: ${fault.message}${googleCode ? ` [Google: ${googleCode}]` : ''}`];
  if (fault.context.exists) lines.push(`exists now: ${fault.context.exists}`);
  if (fault.context.done) lines.push(`done: ${fault.context.done}`);
  lines.push(`next: ${fault.fix}`);
  if (raw && google)
    lines.push(
      ...google
        .trim()
        .split('\n')
        .map((line) => `google: ${line}`),
    );
  return lines;
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => (name in values ? String(values[name]) : hole));
}
