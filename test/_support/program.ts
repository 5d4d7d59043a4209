import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { shellWord } from '../../src/core/shell-word.ts';
import { childOf } from './processes.ts';

const root = join(import.meta.dirname, '../..');

/** How one run of the program ended, with its events as `--json` tells them. */
export interface Ended {
  code: number | null;
  events: readonly Event[];
  /** The data of the output `name`; throws when there was none. */
  output(name: string): Record<string, unknown>;
  /** The faults, by their codes. */
  faults: string[];
  /** The four things that the last fault says, by name: `message`, `exists`, `done`, `next`. */
  said: Partial<Record<'message' | 'exists' | 'done' | 'next', string>>;
  text: string;
}

interface Event {
  event: string;
  text: string;
  [fact: string]: unknown;
}

/** A run that is still going on. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when an event satisfies `wanted`. */
  until(wanted: (event: Event) => boolean): Promise<Event>;
  /** Resolves when the program has written `words`, in whatever form. */
  says(words: string): Promise<void>;
  /** Sends a signal, as the user's terminal or the engine would; answers whether there was still somebody to hear it. */
  signal(name: 'SIGINT' | 'SIGTERM'): boolean;
}

/** One user at one desk: an own home, an own sandbox, an own work directory; everything is gone afterwards. */
export interface Desk extends Disposable {
  path: string;
  /** Starts the program as users do, with `--json` (without `--markdown`) and the desk's sandbox (without `--no-sandbox`), and returns at once. */
  start(args: readonly string[], environment?: Record<string, string>): Running;
  /** Starts the program on a terminal, where it draws what it does instead of writing events. */
  startOnTerminal(args: readonly string[]): Running;
  /** Runs the program to its end. */
  run(args: readonly string[], environment?: Record<string, string>): Promise<Ended>;
  /** Writes a file of the desk; answers its path. */
  file(name: string, content: string): string;
}

/** Options that name one small cluster, in the zones given. */
export function smallIn(...zones: string[]): string[] {
  return ['--project-id', 'demo-project', '--name-prefix', 'demo', '--zone', zones.join(',')];
}

/** Options that name one small cluster. */
export const small = smallIn('us-central1-a');

/** The real hashicorp/google plugin, where Terraform finds it by itself; undefined = not installed here. */
export const realProvider = ((): string | undefined => {
  const folder = join(homedir(), '.terraform.d/plugins/registry.terraform.io/hashicorp/google');
  return existsSync(folder) ? folder : undefined;
})();

/** What a desk is like. */
export interface DeskSettings {
  /** Machines run (default: they are only said to). */
  machines?: 'on' | 'off';
  provider?: 'embedded' | 'real';
  /** The file that is run (default: the sources). */
  program?: string;
}

/** Sets up a desk. */
export function openDesk(options: DeskSettings = {}): Desk {
  const path = mkdtempSync(join(tmpdir(), 'cluster-provision-desk-'));
  const program = options.program ?? join(root, 'entrypoint.ts');
  const settings = (args: readonly string[]): string[] => [
    ...(args.includes('--markdown') ? [] : ['--json']),
    ...(args.includes('--no-sandbox') ? [] : ['--sandbox']),
    ...['--sandbox-dir', join(path, 'sandbox')],
    ...(args.includes('--work-dir') ? [] : ['--work-dir', join(path, 'work')]),
    ...['--sandbox-machines', options.machines ?? 'off', '--sandbox-provider', options.provider ?? 'embedded'],
  ];
  if (options.provider === 'real') symlinkSync(join(homedir(), '.terraform.d'), join(path, '.terraform.d'));
  const alive = new Set<ChildProcess>();
  function launch(file: string, words: readonly string[], environment: Record<string, string>): ChildProcess {
    const child = spawn(file, words, {
      cwd: path,
      env: { PATH: process.env['PATH'] ?? '', HOME: path, TMPDIR: tmpdir(), ...environment },
      stdio: [file === process.execPath ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    alive.add(child);
    return child;
  }
  const start: Desk['start'] = (args, environment = {}) => {
    const [action = 'help', ...rest] = args;
    const child = launch(process.execPath, [program, action, ...settings(rest), ...rest], environment);
    const signal: Running['signal'] = (name) => child.exitCode === null && child.kill(name);
    return follow(child, signal, () => alive.delete(child));
  };
  const startOnTerminal: Desk['startOnTerminal'] = (args) => {
    const [action = 'help', ...rest] = args;
    const words = [process.execPath, program, action, ...settings(rest).filter((word) => word !== '--json'), ...rest];
    // https://man7.org/linux/man-pages/man1/script.1.html: a terminal of its own, and the exit code of what runs on it.
    const child = launch('script', ['-qefc', `exec ${words.map(shellWord).join(' ')}`, '/dev/null'], { TERM: 'xterm' });
    const signal: Running['signal'] = (name) => {
      const pid = child.exitCode === null && child.pid !== undefined ? childOf(child.pid) : undefined;
      if (pid === undefined) return false;
      // Ctrl-C is a key, which the terminal turns into a signal.
      return name === 'SIGINT' ? Boolean(child.stdin?.write('\x03')) : process.kill(pid, name);
    };
    return follow(child, signal, () => alive.delete(child));
  };
  return {
    path,
    start,
    startOnTerminal,
    run: (args, environment) => start(args, environment).ended,
    file(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    [Symbol.dispose]() {
      for (const child of alive) child.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function follow(child: ChildProcess, signal: Running['signal'], done: () => void): Running {
  const events: Event[] = [];
  const waiting = new Set<{ wanted: (event: Event) => boolean; resolve: (event: Event) => void }>();
  const listening = new Set<{ words: string; resolve: () => void }>();
  let text = '';
  let rest = '';
  function hear(chunk: Buffer): void {
    text += chunk.toString();
    for (const one of listening) if (text.includes(one.words)) one.resolve();
  }
  child.stderr?.on('data', hear);
  child.stdout?.on('data', (chunk: Buffer) => {
    hear(chunk);
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('{')) continue;
      const event = JSON.parse(line) as Event;
      events.push(event);
      for (const one of waiting) {
        if (!one.wanted(event)) continue;
        waiting.delete(one);
        one.resolve(event);
      }
    }
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      done();
      resolve({
        code,
        events,
        text,
        faults: events.filter(({ event }) => event === 'fault').map((event) => event.text),
        said: (events.findLast(({ event }) => event === 'fault') ?? {}) as Ended['said'],
        output(name) {
          const found = events.findLast((event) => event.event === 'output' && event.text === name);
          if (!found) throw new Error(`the program said nothing of ${name}:\n${text}`);
          return found;
        },
      });
    });
  });
  return {
    child,
    ended,
    signal,
    says: (words) =>
      new Promise((resolve, reject) => {
        if (text.includes(words)) resolve();
        else listening.add({ words, resolve });
        void ended.then(() => reject(new Error(`the program ended and did not say ${words}:\n${text}`)));
      }),
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const before = events.find(wanted);
        if (before) resolve(before);
        else waiting.add({ wanted, resolve });
        void ended.then(({ text: all }) => reject(new Error(`the program ended before that:\n${all}`)));
      }),
  };
}
