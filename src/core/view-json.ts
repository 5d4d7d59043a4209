import type { View } from './report.ts';

// An unchanged live block is said again only this often (milliseconds), as a sign of life.
const liveEvery = 30_000;

/** Shows a run to machines: one event a line, all on standard output. */
export function jsonView(out: NodeJS.WritableStream): View {
  let live = { text: '', at: 0 };
  return {
    show({ at, level, event, text, data }) {
      if (event === 'live') {
        if (text === '' || (text === live.text && at - live.at < liveEvery)) return;
        live = { text, at };
      }
      out.write(`${JSON.stringify({ time: new Date(at).toISOString(), level, event, text, ...data })}\n`);
    },
    close() {},
  };
}
