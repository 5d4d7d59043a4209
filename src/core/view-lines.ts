import type { Clock } from './clock.ts';
import type { ReportEvent } from './report.ts';

/** Where the text goes, and what that place can show. */
export interface TextTarget {
  /** What the user asked for: reports, tables, files. */
  out: NodeJS.WritableStream;
  /** How the run comes along, and what went wrong. */
  err: NodeJS.WritableStream & { columns?: number; rows?: number };
  colour: boolean;
  /** Reports are written as Markdown; how the run comes along is told as always. */
  markdown: boolean;
  clock: Clock;
}

/** The lines of a note; none for other events. */
export function noteLines(event: ReportEvent, paint: Painter): string[] {
  if (event.event !== 'note') return [];
  const detail = typeof event.data['detail'] === 'string' ? `: ${event.data['detail']}` : '';
  return [event.level === 'warn' ? `${paint.warn('note')} ${event.text}${detail}` : `     ${event.text}${detail}`];
}

/** Writes what stays after the run: outputs to `out`; faults and the RESULT line to `err`. */
export function writeFinal(
  event: ReportEvent,
  { out, err, markdown }: Pick<TextTarget, 'out' | 'err' | 'markdown'>,
  paint: Painter,
): void {
  if (event.event === 'output') for (const line of outputLines(event, markdown)) out.write(`${line}\n`);
  if (event.event === 'fault') {
    const [first = '', ...rest] = event.lines ?? [];
    err.write(`\n${paint.bad(first)}\n${rest.map((line) => `  ${line}\n`).join('')}`);
  }
  if (event.event === 'result') err.write(paint.dim(`RESULT ${JSON.stringify(event.data)}`) + '\n');
}

/** A report without Markdown of its own is Markdown as a block of code. */
function outputLines({ lines = [], markdown }: ReportEvent, wanted: boolean): readonly string[] {
  if (!wanted) return lines;
  return markdown ?? ['```text', ...lines, '```'];
}

/** Colours, where there are any. */
export type Painter = Record<'good' | 'bad' | 'warn' | 'dim', (text: string) => string>;

/** Paints with ANSI colours, or not at all. */
export function painter(colour: boolean): Painter {
  const code = (open: number) => (text: string) => (colour ? `\u001B[${open}m${text}\u001B[0m` : text);
  return { good: code(32), bad: code(31), warn: code(33), dim: code(2) };
}
