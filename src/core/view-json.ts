import type { View } from './report.ts';

/** Shows a run to machines: one event a line, all on standard output. */
export function jsonView(out: NodeJS.WritableStream): View {
  return {
    show({ at, level, event, text, data }) {
      out.write(`${JSON.stringify({ time: new Date(at).toISOString(), level, event, text, ...data })}\n`);
    },
    close() {},
  };
}
