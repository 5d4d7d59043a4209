import { noteLines, painter, writeFinal } from './view-lines.ts';
import type { View } from './report.ts';
import type { TextTarget } from './view-lines.ts';

/**
 * Shows a run whose output is somebody else's: notes and faults on standard error, and nothing that only counts for runs
 * of our own. The exit code says how it ended.
 */
export function asideView(target: TextTarget): View {
  const paint = painter(target.colour);
  return {
    show(event) {
      for (const text of noteLines(event, paint)) target.err.write(`${text}\n`);
      if (event.event === 'fault') writeFinal(event, target, paint);
    },
    close() {},
  };
}
