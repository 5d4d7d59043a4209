import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { endStragglers } from '../../src/terraform/stragglers.ts';

// A program of that name that goes on for a while, in a directory of its own.
async function start(desk: string, name: string, directory: string): Promise<ChildProcess> {
  const file = join(desk, directory, name);
  mkdirSync(join(desk, directory), { recursive: true });
  copyFileSync('/bin/sleep', file);
  const child = spawn(file, ['60'], { cwd: join(desk, directory), stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

it.skipIf(!existsSync('/proc/self/cwd'))(
  'ends the Terraform of a dead run in its work directory, and nothing else',
  async () => {
    const desk = mkdtempSync(join(tmpdir(), 'stragglers-'));
    const left = await start(desk, 'terraform', 'work');
    const others = [await start(desk, 'terraform', 'elsewhere'), await start(desk, 'editor', 'work')];
    onTestFinished(() => {
      for (const child of others) child.kill('SIGKILL');
      rmSync(desk, { recursive: true });
    });
    const ended = once(left, 'exit');

    expect(await endStragglers(join(desk, 'work'))).toBe(1);

    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(others.map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual([
      [null, null],
      [null, null],
    ]);
  },
);
