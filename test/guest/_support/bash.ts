import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the guest scripts. */
export const guestFolder = fileURLToPath(new URL('../../../stacks/guest/', import.meta.url));

/** What a piece of bash said and how it ended. */
export interface Answer {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** Runs `script` with some of the guest's files sourced first; `input` goes to its standard input. */
export function bash(
  files: readonly string[],
  script: string,
  options: { input?: Buffer | string; env?: Record<string, string>; args?: readonly string[] } = {},
): Answer {
  const text = [...files.map((file) => `source ${guestFolder}${file}`), script].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', text, 'bash', ...(options.args ?? [])], {
    input: options.input ?? '',
    env: { PATH: process.env['PATH'] ?? '', ROOT: '', LOG: '/dev/null', ...options.env },
  });
  return { code: status, stdout, stderr: stderr.toString() };
}

/** Tells whether a program is on this machine. */
export function has(program: string): boolean {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
