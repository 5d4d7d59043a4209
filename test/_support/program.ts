import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

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
}

/** One user at one desk: an own home, an own sandbox, an own work directory; everything is gone afterwards. */
export interface Desk extends Disposable {
  path: string;
  /** Starts the program as users do, with `--json` (without `--markdown`) and the desk's sandbox (without `--no-sandbox`), and returns at once. */
  start(args: readonly string[], environment?: Record<string, string>): Running;
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

/** Sets up a desk. Machines do not run unless `machines` is on; `program` is the file that is run, default: the sources. */
export function openDesk(
  options: { machines?: 'on' | 'off'; provider?: 'embedded' | 'real'; program?: string } = {},
): Desk {
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
  const start: Desk['start'] = (args, environment = {}) => {
    const [action = 'help', ...rest] = args;
    const child = spawn(process.execPath, [program, action, ...settings(rest), ...rest], {
      cwd: path,
      env: { PATH: process.env['PATH'] ?? '', HOME: path, TMPDIR: tmpdir(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    alive.add(child);
    return follow(child, () => alive.delete(child));
  };
  return {
    path,
    start,
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

function follow(child: ChildProcess, done: () => void): Running {
  const events: Event[] = [];
  const waiting = new Set<{ wanted: (event: Event) => boolean; resolve: (event: Event) => void }>();
  let text = '';
  let rest = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
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
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const before = events.find(wanted);
        if (before) resolve(before);
        else waiting.add({ wanted, resolve });
        void ended.then(({ text: all }) => reject(new Error(`the program ended before that:\n${all}`)));
      }),
  };
}
