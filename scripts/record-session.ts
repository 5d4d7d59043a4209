import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A line of the session, and when it came, in seconds from the beginning. */
export interface Line {
  at: number;
  text: string;
}

/** What the README shows: each command of its first screen on the sandbox, as it is typed. */
export const sessionCommands = ['create', 'status', 'destroy'].map(
  (action) => `npm start -- ${action} --sandbox --env-file env.list.example`,
);

/** Runs the commands one after another, and answers what a terminal would keep of them. Throws when one of them fails. */
export async function recordSession(): Promise<Line[]> {
  const desk = mkdtempSync(join(tmpdir(), 'cluster-provision-session-'));
  const began = performance.now();
  const lines: Line[] = [];
  const add = (text: string): void => void lines.push({ at: (performance.now() - began) / 1000, text });
  try {
    for (const command of sessionCommands) {
      add(`$ ${command}`);
      await run(command, { SANDBOX_DIR: join(desk, 'sandbox'), WORK_DIR: join(desk, 'work') }, (line) => {
        const kept = keptLine(line, desk);
        if (kept !== undefined) add(kept);
      });
      add('');
    }
    return lines;
  } finally {
    rmSync(desk, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function run(command: string, environment: Record<string, string>, use: (line: string) => void): Promise<void> {
  const script = command.replace('npm start', 'npm start --silent');
  const child = spawn('bash', ['-c', `${script} 2>&1`], { cwd: root, env: { ...process.env, ...environment } });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) use(part);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
}

/**
 * What a terminal would keep of a plain line, with nothing in it of the folder that the run was given; `undefined` =
 * nothing: the line of a finished step replaces that of its beginning, and RESULT is for programs.
 */
export function keptLine(line: string, desk: string): string | undefined {
  const passing =
    line.endsWith(' ...') || /^(RESULT|npm warn|> ) ?/.test(line) || / \d+ of \d+ machines ready, /.test(line);
  if (passing) return undefined;
  return line
    .replace(/^\d\d:\d\d:\d\dZ /, '')
    .replaceAll(/ --(sandbox|work)-dir \S+/g, '')
    .replaceAll(desk, '.');
}

/** The session as a picture whose lines appear when they came, with pauses of at most 1.5 seconds; of itself and nothing else. */
export function drawSession(lines: readonly Line[]): string {
  const [lineHeight, left, top] = [17, 16, 44];
  const height = top + lines.length * lineHeight + 12;
  let shownAt = 0;
  let before = 0;
  const texts = lines.map(({ at, text }, index) => {
    shownAt += Math.min(at - before, 1.5);
    before = at;
    const y = top + index * lineHeight;
    return `<text x="${left}" y="${y}" class="${kindOf(text)}" style="animation-delay:${shownAt.toFixed(2)}s">${escaped(text)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 ${height}" width="960" height="${height}" role="img">`,
    '<title>A cluster is created in the sandbox, looked at, and taken away</title>',
    '<style>text{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#c9d1d9;opacity:0;animation:show .01s forwards}',
    '.command{fill:#fff;font-weight:600}.ok{fill:#7ee787}@keyframes show{to{opacity:1}}',
    '@media (prefers-reduced-motion:reduce){text{animation-delay:0s!important}}</style>',
    `<rect width="960" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (fill, index) => `<circle cx="${20 + index * 18}" cy="18" r="5.5" fill="${fill}"/>`,
    ),
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}

/** The texts of a picture that `drawSession` drew. */
export function textsOf(picture: string): string[] {
  return [...picture.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

function kindOf(text: string): string {
  if (text.startsWith('$ ')) return 'command';
  return /^ok |is ready in|is gone/.test(text) ? 'ok' : 'plain';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(root, 'docs/session.svg'), drawSession(await recordSession()));
}
