import { duration } from './duration.ts';
import type { ReportEvent, View } from './report.ts';
import { noteLines, painter, writeFinal } from './view-lines.ts';
import type { TextTarget } from './view-lines.ts';

// On a plain log a long step speaks this often (milliseconds): pipelines give up on logs that are silent for longer.
const plainEvery = 15_000;
const plainLiveEvery = 30_000;

/** Shows a run to people where there is no terminal: plain lines with the time in UTC. */
export function plainView(target: TextTarget): View {
  const { err, colour } = target;
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
          writeFinal(event, target, paint);
      }
    },
    close() {},
  };
}
