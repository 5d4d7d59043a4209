import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/core/run.ts';
import { completionScript } from '../../src/options/completion.ts';
import { flagOf } from '../../src/options/option.ts';
import { tableEntries } from '../../src/options/table.ts';

describe('the completion of bash', () => {
  it.each([
    [['cr'], ['create']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['--sandbox', 'pl'], ['plan']],
    [
      ['create', '--vm-type', 'a3-m'],
      ['a3-megagpu-8g', 'a3-megagpu-8g-nolssd'],
    ],
    [
      ['create', '--disk-type', '=', 'pd-s'],
      ['pd-standard', 'pd-ssd'],
    ],
    [
      ['create', '--on-failure', '='],
      ['keep', 'destroy'],
    ],
    [['create', '--no-w'], ['--no-wait']],
    [['create', '--zone', ''], []],
    [['create', '--copy-dir-path', 'test/fixtures/w'], ['test/fixtures/work']],
    [['create', '--startup-script-path', 'test/fixtures/work/data/f'], ['test/fixtures/work/data/first run.csv']],
    [['destroy', '--env-file', 'env.l'], ['env.list.example']],
    [['create', ''], []],
  ])('%j leads to %j', async (words, answers) => {
    expect(await bashAnswers(words)).toEqual(answers);
  });

  it('knows every flag', async () => {
    const flags = tableEntries.filter(([key]) => key !== 'action').map(([, option]) => flagOf(option));

    expect(await bashAnswers(['create', '--'])).toEqual(
      expect.arrayContaining([...flags, '--env-file', '--json', '--help']),
    );
  });
});

describe('the completion of zsh and fish', () => {
  it.each([
    ['zsh', (flag: string) => `'${flag}`],
    ['fish', (flag: string) => ` -l ${flag.slice(2)} `],
  ])('of %s has every flag', (shell, written) => {
    const script = completionScript(shell);
    const flags = tableEntries.filter(([key]) => key !== 'action').map(([, option]) => flagOf(option));

    expect(flags.filter((flag) => !script.includes(written(flag)))).toEqual([]);
  });

  // A development machine need not have these shells; where one is, it reads its script.
  it.each(['zsh', 'fish'])('of %s is understood by it', async (shell) => {
    const folder = mkdtempSync(join(tmpdir(), 'completion-'));
    const file = join(folder, `completion.${shell}`);
    writeFileSync(file, completionScript(shell));
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder };

    const check = await run({ file: shell, args: ['-n', file], env });
    rmSync(folder, { recursive: true });

    expect([check.notStarted === undefined ? check.exitCode : 0, check.stderr]).toEqual([0, '']);
  });
});

async function bashAnswers(words: readonly string[]): Promise<string[]> {
  const script = `${completionScript('bash')}
COMP_WORDS=(cluster-provision "$@"); COMP_CWORD=$#
_cluster_provision
[[ \${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: process.env['PATH'] ?? '' };
  const { stdout, stderr } = await run({ file: 'bash', args: ['-euc', script, 'bash', ...words], env });
  expect(stderr).toBe('');
  return stdout === '' ? [] : stdout.split('\n');
}
