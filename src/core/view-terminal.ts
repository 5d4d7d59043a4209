import { createLogUpdate } from 'log-update';

import { duration } from './duration.ts';
import type { View } from './report.ts';
import { noteLines, painter, writeFinal } from './view-lines.ts';
import type { TextTarget } from './view-lines.ts';

/** Shows a run to people on a terminal: what is done stays, what is going on is drawn again and again. */
export function terminalView(target: TextTarget): View {
  const { err, colour, clock } = target;
  const paint = painter(colour);
  const update = createLogUpdate(withSize(err));
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
            writeFinal(event, target, paint);
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

/** A terminal that does not know its size (yet), as an engine's or a recorder's, has the usual one: on none nothing could be drawn. */
function withSize(stream: TextTarget['err']): TextTarget['err'] {
  return Object.create(stream, {
    columns: { get: () => stream.columns || 80 },
    rows: { get: () => stream.rows || 24 },
  }) as TextTarget['err'];
}
