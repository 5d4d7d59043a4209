import type { WriteStream } from 'node:tty';

import type { Run } from './actions/action.ts';
import { actions } from './actions/registry.ts';
import { wallClock } from './core/clock.ts';
import { isFault } from './core/faults.ts';
import { createRedactor } from './core/redact.ts';
import { createReport } from './core/report.ts';
import type { Report, View } from './core/report.ts';
import { listenForSignals } from './core/signals.ts';

/** One call of the program: its words, its environment, and where it may write. */
export interface CommandLine {
  argv: readonly string[];
  environment: NodeJS.ProcessEnv;
  out: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  err: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
}

/** Runs one command line and answers its exit code (docs/exit-codes.md). Throws nothing. */
export async function main(line: CommandLine): Promise<number> {
  const [word = 'help'] = line.argv;
  if (
    ['help', '--help', '-h', 'version', '--version', 'env', 'completion'].includes(word) ||
    line.argv.includes('--help')
  ) {
    if (!(word === 'help' && line.argv.length === 0 && line.environment['ACTION'])) {
      const { answer } = await import('./options/words.ts');
      line.out.write(answer(line.argv, { width: line.out.columns, environment: line.environment }));
      return 0;
    }
  }
  const redactor = createRedactor();
  let report: Report | undefined;
  let view: View | undefined;
  try {
    const { readOptions } = await import('./options/read.ts');
    // Until the options are read, faults go to people in plain text, or to machines when --json says so.
    view = await openView(line, wantsJson(line));
    report = createReport(view, wallClock, redactor);
    const { options, notes } = readOptions({ env: line.environment, argv: line.argv });
    for (const note of notes) report.info(note);
    const { action: name } = options;
    if (name === 'help' || name === 'version' || name === 'env' || name === 'completion') return answerWord(line);
    const signals = listenForSignals(report);
    const action = await actions[name]();
    const run: Run = {
      options,
      report,
      redactor,
      clock: wallClock,
      stop: signals.stop,
      stopNow: signals.stopNow,
      environment: line.environment,
      width: line.err.isTTY ? line.err.columns : undefined,
    };
    const code = await action.run(run);
    report.result(code, { action: options.action });
    return code;
  } catch (error) {
    return failed(error, report, line);
  } finally {
    view?.close();
  }
}

function failed(error: unknown, report: Report | undefined, line: CommandLine): number {
  if (isFault(error) && report) {
    report.fault(error);
    report.result(error.exit, { fault: error.code });
    return error.exit;
  }
  // Not a fault of the catalogue: a bug of ours, so the stack is what helps.
  line.err.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  report?.result(70, { fault: 'BUG' });
  return 70;
}

function wantsJson({ argv, environment }: CommandLine): boolean {
  return argv.includes('--json') || environment['LOG_FORMAT'] === 'json' || argv.includes('--log-format=json');
}

async function openView(line: CommandLine, json: boolean): Promise<View> {
  if (json) {
    const { jsonView } = await import('./core/view-json.ts');
    return jsonView(line.out);
  }
  const { textView } = await import('./core/view-text.ts');
  const terminal = Boolean(line.err.isTTY) && line.environment['TERM'] !== 'dumb' && !line.environment['CI'];
  const colour = terminal && !line.environment['NO_COLOR'];
  return textView({ out: line.out, err: line.err, terminal, colour, clock: wallClock });
}
