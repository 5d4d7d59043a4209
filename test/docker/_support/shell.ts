import { spawn } from 'node:child_process';

/** How a command ended, with what it printed. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a command to its end. */
export function shell(
  file: string,
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<Ended> {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined).end(input);
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, out: '', err: error.message }));
    child.on('close', (code) => resolve({ code, ...text }));
  });
}

/** Runs a command that must succeed; answers its output. Throws with what it said. */
export async function must(
  file: string,
  args: readonly string[],
  options?: { env?: Record<string, string>; input?: string },
): Promise<string> {
  const { code, out, err } = await shell(file, args, options);
  if (code !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${out.slice(-3000)}\n${err.slice(-3000)}`);
  return out.trim();
}
