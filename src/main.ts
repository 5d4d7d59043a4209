import type { WriteStream } from 'node:tty';

import type { Action, Run } from './actions/action.ts';
import { actions } from './actions/registry.ts';
import { wallClock } from './core/clock.ts';
import { isFault, untouched } from './core/faults.ts';
import { createRedactor } from './core/redact.ts';
import { createReport } from './core/report.ts';
import type { Report, View } from './core/report.ts';
import { listenForSignals, StopRequest } from './core/signals.ts';

/** One call of the program: its words, its environment, and where it may write. */
export interface CommandLine {
  argv: readonly string[];
  environment: NodeJS.ProcessEnv;
  out: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  err: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  /** The words that start this program. */
  program: readonly string[];
  streams: Run['streams'];
}

/** Runs one command line and answers its exit code (docs/exit-codes.md). Throws nothing. */
export async function main(line: CommandLine): Promise<number> {
  const redactor = createRedactor();
  let view: View | undefined;
  let report: Report | undefined;
  let action: Action | undefined;
  let stopping: AbortSignal | undefined;
  let debug = false;
  try {
    if (asksForWords(line)) {
      const { answer } = await import('./options/words.ts');
      const words = line.argv.length > 0 ? line.argv : [line.environment['ACTION'] || 'help'];
      line.out.write(answer(words, { width: line.out.columns, environment: line.environment }));
      return 0;
    }
    view = await openView(line);
    report = createReport(view, wallClock, redactor);
    const [{ readOptions }, { secretTexts }] = await Promise.all([
      import('./options/read.ts'),
      import('./options/secrets.ts'),
    ]);
    const { options, notes, surroundings } = readOptions({ env: line.environment, argv: line.argv });
    debug = options.debug;
    const known = { ...surroundings, ...line.environment };
    for (const secret of secretTexts(options, known)) redactor.add(secret);
    for (const note of notes) report.info(note);
    action = await actions[options.action as keyof typeof actions]();
    // Nobody would be heard while code is loaded; a signal that comes before ends the process at once, which has done nothing yet.
    const { stop, stopNow } = listenForSignals(report, options.stopGraceSeconds);
    stopping = stop;
    // Some terminals say that they have no columns at all.
    const width = (line.err.isTTY && line.err.columns) || undefined;
    const run: Run = {
      options,
      report,
      redactor,
      clock: wallClock,
      stop,
      stopNow,
      environment: known,
      width,
      program: line.program,
      streams: line.streams,
    };
    const code = await action.run(run);
    report.result(code, { action: options.action });
    return code;
  } catch (error) {
    view ??= await openView(line);
    const before = action === undefined || action.looks;
    const words = report ?? createReport(view, wallClock, redactor);
    const show = (stack: string): void => void line.err.write(redactor.clean(stack));
    return await failed(before ? untouched(error) : error, words, { show, debug, asked: stopping?.reason });
  } finally {
    view?.close();
  }
}

/** Help and the other texts that are made of the table alone; they load neither the actions nor the rest of the house. */
function asksForWords({ argv, environment }: CommandLine): boolean {
  const first = argv[0] ?? environment['ACTION'];
  if (!first) return true;
  const word = first.toLowerCase();
  return (
    ['help', '-h', 'version', '--version', 'env', 'completion'].includes(word) || ownWords(argv).includes('--help')
  );
}

async function failed(
  thrown: unknown,
  report: Report,
  { show, debug, asked }: { show: (stack: string) => void; debug: boolean; asked: unknown },
): Promise<number> {
  // What went wrong first is what helps; that the clean-up failed as well is its consequence.
  const error: unknown = thrown instanceof SuppressedError ? thrown.suppressed : thrown;
  const { googleFault } = await import('./google/google-fault.ts');
  const fault = isFault(error) ? error : googleFault(error);
  if (fault) {
    report.fault(fault, { raw: debug });
    // A shell expects the number of the signal that stopped a program before it did anything.
    const exit = fault.code === 'STOPPED' && asked instanceof StopRequest ? asked.exit : fault.exit;
    report.result(exit, { fault: fault.code });
    return exit;
  }
  if (error instanceof StopRequest) {
    report.info('stopped', { detail: error.signal });
    report.result(error.exit, { signal: error.signal });
    return error.exit;
  }
  // Not a fault of the catalogue: a bug of ours, so the stack is what helps.
  show(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  report.result(70, { fault: 'BUG' });
  return 70;
}

// What follows `--` may be a command for a machine, with flags of its own.
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

async function openView({ argv, environment, out, err }: CommandLine): Promise<View> {
  const format = formatOf(ownWords(argv)) ?? environment['LOG_FORMAT'];
  const lent = await isOutputLent(argv, environment);
  if (format === 'json') {
    const { jsonView } = await import('./core/view-json.ts');
    return jsonView(lent ? err : out);
  }
  const terminal = Boolean(err.isTTY) && environment['TERM'] !== 'dumb' && !environment['CI'];
  const colour = terminal && !environment['NO_COLOR'];
  const target = { out, err, markdown: format === 'markdown', colour, clock: wallClock };
  if (lent) return (await import('./core/view-aside.ts')).asideView(target);
  // What draws on terminals takes 50 ms to load, which pipelines need not wait for.
  if (terminal) return (await import('./core/view-terminal.ts')).terminalView(target);
  return (await import('./core/view-plain.ts')).plainView(target);
}

/** The action decides who has standard output, and mistakes in the options are told before it is known for sure. */
async function isOutputLent(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const [{ readArguments }, { actionNamed, lendsOutput }] = await Promise.all([
    import('./options/arguments.ts'),
    import('./options/action-words.ts'),
  ]);
  const action = actionNamed(readArguments(argv).action ?? environment['ACTION']);
  return action !== undefined && lendsOutput(action);
}

/** What the command line says of LOG_FORMAT, which must be known before the options are read: their mistakes are told in it. */
function formatOf(argv: readonly string[]): string | undefined {
  const words = argv.flatMap((word, place) => {
    if (word === '--json' || word === '--markdown') return [word.slice(2)];
    if (word === '--log-format') return [argv[place + 1] ?? ''];
    return word.startsWith('--log-format=') ? [word.slice('--log-format='.length)] : [];
  });
  return words.at(-1);
}
