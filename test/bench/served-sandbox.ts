import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../sandbox/_support/open-sandbox.ts');

/** A sandbox in a process of its own, which keeps what it holds in `folder`: its time and its memory are not ours. */
export function openSandbox(folder: string): Promise<{ url: string; token: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    child.stdout.on('data', (chunk: Buffer) =>
      resolve({ ...(JSON.parse(chunk.toString()) as { url: string; token: string }), child }),
    );
  });
}
