import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, describe, expect, it } from 'vitest';

import { keptLine, sessionCommands, textsOf } from '../../scripts/record-session.ts';

const root = join(import.meta.dirname, '../..');
const desk = mkdtempSync(join(tmpdir(), 'cluster-provision-readme-'));

// `npm ci` has run before any test; `npm test` is this run; the image has tests of its own.
const elsewhere = [/^npm test$/, /^docker run /];

const commands = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.replace(/^npm ci && /, ''))
  .filter((line) => !elsewhere.some((pattern) => pattern.test(line)));

const printed: string[] = [];

afterAll(() => rmSync(desk, { recursive: true, force: true }));

describe('every command of the README, in its order', () => {
  it.each(commands)('%s', async (command) => {
    const env = {
      ...process.env,
      SANDBOX_DIR: join(desk, 'sandbox'),
      WORK_DIR: join(desk, 'work'),
      // What a command writes belongs to the desk, not to the checkout.
      HOME: desk,
    };
    const inDesk = command.replace(/ > (\S+)$/, ` > ${desk}/$1`);

    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', inDesk], { cwd: root, env, timeout: 300_000 });

    expect(stdout + stderr).not.toContain('FAIL');
    printed.push(...`${stdout}\n${stderr}`.split('\n').flatMap((line) => keptLine(line, desk) ?? []));
  });

  it('prints what the recorded session shows', () => {
    const picture = textsOf(readFileSync(join(root, 'docs/session.svg'), 'utf8'));

    const shown = picture.filter((line) => !line.startsWith('$ ')).map(withoutChance);
    expect([...new Set(printed.map(withoutChance))]).toEqual(expect.arrayContaining(shown));
    expect(picture.filter((line) => line.startsWith('$ '))).toEqual(sessionCommands.map((line) => `$ ${line}`));
  });
});

// What differs from run to run: names of machines, ids, times, days, and what has been spent until now.
function withoutChance(line: string): string {
  return line
    .replaceAll(/-vm-\w{4}/g, '-vm-xxxx')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\b[\d.]+ s\b/g, 'N s')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, 'DAY')
    .replaceAll(/about \$[\d.,]+ so far/g, 'about $N so far')
    .replaceAll(/ +/g, ' ');
}
