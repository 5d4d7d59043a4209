import { execa } from 'execa';
import type { Options } from 'execa';

/** A child process to run: an argument list, never a shell string, with an environment that is given whole. */
export interface Command {
  file: string;
  args: readonly string[];
  cwd?: string;
  /** The whole environment of the child: nothing is inherited (see `childEnvironment`). */
  env: Readonly<Record<string, string>>;
  input?: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds; the child is killed then. */
  timeout?: number;
  /** Called for each line of standard output as it comes. */
  onLine?: (line: string) => void;
  /** Called for each line of standard error as it comes. */
  onErrorLine?: (line: string) => void;
  /** Told how to reach the child while it runs. */
  onStart?: (child: Child) => void;
  /** A session of its own, so that a terminal's Ctrl-C does not reach it. */
  detached?: boolean;
  /** Keep the output in the result (default yes); switch it off for long runs that are read by line. */
  capture?: boolean;
  /** The child gets our own standard input, output and error, and nothing of them is kept. */
  terminal?: boolean;
}

/** A child that is running. */
export interface Child {
  pid: number;
  /** Signals the child alone, not the processes that it started. */
  kill(signal: NodeJS.Signals): void;
  /** Signals the child and all that it started; only for a child with a session of its own. */
  killSession(signal: NodeJS.Signals): void;
}

/** What became of a child. A non-zero exit code is a value: the caller decides what it means. */
export interface Outcome {
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  /** The program could not be started (missing, not executable), with the reason. */
  notStarted: string | undefined;
  timedOut: boolean;
}

/** The one door for child processes. Never throws for what the child does. */
export async function run(command: Command): Promise<Outcome> {
  const capture = command.capture ?? true;
  const child = execa(command.file, command.args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: command.env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: true,
    buffer: capture,
    cleanup: true,
    detached: command.detached ?? false,
    forceKillAfterDelay: 5_000,
    ...standardStreams(command),
    ...(command.signal === undefined ? {} : { cancelSignal: command.signal }),
    ...(command.timeout === undefined ? {} : { timeout: command.timeout }),
  });
  const { pid } = child;
  if (pid !== undefined) {
    command.onStart?.({
      pid,
      kill: (signal) => void child.kill(signal),
      killSession: (signal) => signalSession(pid, signal),
    });
  }
  const readers: Promise<void>[] = [];
  if (command.onLine) readers.push(eachLine(child.iterable({ from: 'stdout' }), command.onLine));
  if (command.onErrorLine) readers.push(eachLine(child.iterable({ from: 'stderr' }), command.onErrorLine));
  const result = await child;
  await Promise.allSettled(readers);
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    stdout: typeof result.stdout === 'string' ? result.stdout : '',
    stderr: typeof result.stderr === 'string' ? result.stderr : '',
    notStarted:
      result.exitCode === undefined && result.signal === undefined && !result.timedOut ? reason(result) : undefined,
    timedOut: result.timedOut,
  };
}

function standardStreams({ input, terminal }: Command): Options {
  if (terminal) return { stdio: 'inherit' };
  return input === undefined ? { stdin: 'ignore' } : { input };
}

/** The part of our own environment that every child may see; secrets and our options are not among it. */
export function childEnvironment(own: NodeJS.ProcessEnv, names: readonly string[] = []): Record<string, string> {
  const allowed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'USER', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'];
  const picked: Record<string, string> = {};
  for (const name of [...allowed, ...proxies, ...names]) {
    const value = own[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function signalSession(pid: number, signal: NodeJS.Signals): void {
  try {
    // A negative number means the whole process group: https://man7.org/linux/man-pages/man2/kill.2.html
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

async function eachLine(lines: AsyncIterable<unknown>, use: (line: string) => void): Promise<void> {
  for await (const line of lines) use(String(line));
}

function reason(result: { originalMessage?: string | undefined; shortMessage?: string | undefined }): string {
  return result.originalMessage ?? result.shortMessage ?? 'it could not be started';
}
