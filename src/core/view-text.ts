import { createLogUpdate } from 'log-update';

import type { Clock } from './clock.ts';
import { duration } from './duration.ts';
import type { ReportEvent, View } from './report.ts';

/** Where the text goes, and what that place can show. */
export interface TextTarget {
  /** What the user asked for: reports, tables, files. */
  out: NodeJS.WritableStream;
  /** How the run comes along, and what went wrong. */
  err: NodeJS.WritableStream & { columns?: number };
  /** `err` is a terminal: a live block is drawn there. */
  terminal: boolean;
  colour: boolean;
  clock: Clock;
}

// On a plain log a long step speaks this often (milliseconds): pipelines give up on logs that are silent for longer.
const plainEvery = 15_000;
const plainLiveEvery = 30_000;

/** Shows a run to people: a live view on a terminal, plain lines with the time in UTC elsewhere. */
export function textView(target: TextTarget): View {
  return target.terminal ? terminalView(target) : plainView(target);
}

function plainView({ out, err, colour }: TextTarget): View {
  const paint = painter(colour);
  const said = new Map<string, number>();
  const line = (event: ReportEvent, text: string): void => {
    err.write(`${new Date(event.at).toISOString().slice(11, 19)}Z ${text}\n`);
  };
  /** Says yes when `key` was not said within the last `every` milliseconds. */
  const due = (key: string, at: number, every: number): boolean => {
    if (at - (said.get(key) ?? -Infinity) < every) return false;
    said.set(key, at);
    return true;
  };
  return {
    show(event) {
      switch (event.event) {
        case 'step.start':
          said.set(event.text, event.at);
          line(event, `${event.text} ...`);
          break;
        case 'step.progress':
          if (due(event.text, event.at, plainEvery)) line(event, `${event.text}: ${String(event.data['detail'])}`);
          break;
        case 'step.done':
          line(event, `${paint.good('ok')}   ${event.text} (${duration(Number(event.data['seconds']))})`);
          break;
        case 'step.failed':
          line(event, `${paint.bad('FAIL')} ${event.text} (${duration(Number(event.data['seconds']))})`);
          break;
        case 'live':
          if (event.lines?.length && due('live', event.at, plainLiveEvery)) line(event, event.text);
          break;
        default:
          for (const text of noteLines(event, paint)) line(event, text);
          writeFinal(event, out, err, paint);
      }
    },
    close() {},
  };
}

function terminalView({ out, err, colour, clock }: TextTarget): View {
  const paint = painter(colour);
  const update = createLogUpdate(err);
  const active = new Map<string, { started: number; detail: string }>();
  let block: readonly string[] = [];
  const draw = (): void => {
    const steps = [...active].map(([title, { started, detail }]) => {
      const elapsed = duration((clock.now() - started) / 1000);
      return `${paint.dim('..')}   ${title}${detail ? paint.dim(`: ${detail}`) : ''} ${paint.dim(`(${elapsed})`)}`;
    });
    const lines = [...steps, ...block];
    if (lines.length > 0) update(lines.join('\n'));
    else update.clear();
  };
  const keep = (text: string): void => {
    update.clear();
    err.write(`${text}\n`);
  };
  const timer = setInterval(draw, 1000);
  timer.unref();
  return {
    show(event) {
      switch (event.event) {
        case 'step.start':
          active.set(event.text, { started: event.at, detail: '' });
          break;
        case 'step.progress': {
          const step = active.get(event.text);
          if (step) step.detail = String(event.data['detail']);
          break;
        }
        case 'step.done':
          active.delete(event.text);
          keep(`${paint.good('ok')}   ${event.text} ${paint.dim(`(${duration(Number(event.data['seconds']))})`)}`);
          break;
        case 'step.failed':
          active.delete(event.text);
          keep(`${paint.bad('FAIL')} ${event.text} ${paint.dim(`(${duration(Number(event.data['seconds']))})`)}`);
          break;
        case 'live':
          block = event.lines ?? [];
          break;
        default:
          for (const text of noteLines(event, paint)) keep(text);
          if (event.event !== 'note') {
            update.clear();
            writeFinal(event, out, err, paint);
          }
      }
      draw();
    },
    close() {
      clearInterval(timer);
      block = [];
      active.clear();
      update.clear();
    },
  };
}

function noteLines(event: ReportEvent, paint: Painter): string[] {
  if (event.event !== 'note') return [];
  const detail = typeof event.data['detail'] === 'string' ? `: ${event.data['detail']}` : '';
  return [event.level === 'warn' ? `${paint.warn('note')} ${event.text}${detail}` : `     ${event.text}${detail}`];
}

/** Writes what stays after the run: outputs to `out`; faults and the RESULT line to `err`. */
function writeFinal(event: ReportEvent, out: NodeJS.WritableStream, err: NodeJS.WritableStream, paint: Painter): void {
  if (event.event === 'output') for (const line of event.lines ?? []) out.write(`${line}\n`);
  if (event.event === 'fault') {
    const [first = '', ...rest] = event.lines ?? [];
    err.write(`\n${paint.bad(first)}\n${rest.map((line) => `  ${line}\n`).join('')}`);
  }
  if (event.event === 'result') err.write(paint.dim(`RESULT ${JSON.stringify(event.data)}`) + '\n');
}

type Painter = Record<'good' | 'bad' | 'warn' | 'dim', (text: string) => string>;

function painter(colour: boolean): Painter {
  const code = (open: number) => (text: string) => (colour ? `\u001B[${open}m${text}\u001B[0m` : text);
  return { good: code(32), bad: code(31), warn: code(33), dim: code(2) };
}
