import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

const entrypoint = join(import.meta.dirname, '../../entrypoint.ts');

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterAll(() => desk[Symbol.dispose]());

interface Answer {
  name: string;
  ok: boolean;
  text: string;
}

describe('doctor', () => {
  it.each([
    { given: [], asks: ['node', 'terraform', 'work directory', 'credentials'] },
    { given: ['--project-id', 'demo-project'], asks: ['project', 'apis', 'permissions', 'image', 'bucket'] },
    { given: small, asks: ['zone', 'quota', 'reservation'] },
  ])('finds nothing wrong with a good machine, given $given', async ({ given, asks }) => {
    const ended = await desk.run(['doctor', ...given]);

    const answers = ended.output('doctor')['answers'] as Answer[];
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    expect(answers.map(({ name }) => name)).toEqual(expect.arrayContaining(asks));
    expect(ended.code).toBe(0);
    expect(await sandbox.left()).toEqual([]);
  });

  it('names everything that is wrong with a bad one, each with what to do', async () => {
    writeFileSync(join(desk.path, 'a file'), '');
    const offline = { PATH: '/nowhere', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const nobody = { GCE_METADATA_HOST: '127.0.0.1:9', WORK_DIR: join(desk.path, 'a file') };

    const { code, stdout } = await plain(['doctor', ...small], { ...offline, ...nobody });

    expect(code).toBe(2);
    expect(stdout).toMatch(/^ok +node +v/m);
    expect(stdout).toMatch(/^FAIL +terraform +.*; install Terraform 1\.5 or newer/m);
    expect(stdout).toMatch(/^FAIL +work directory +.*a part of the path is a file; mount a writable directory/m);
    expect(stdout).toMatch(/^FAIL +credentials +.*; run `gcloud auth application-default login`/m);
  });
});

describe('plan', () => {
  it('ends with the code of what is wrong with the project, and leaves it as it was', async () => {
    await sandbox.breaks({ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit: 1 } });

    const ended = await desk.run(['plan', ...small]);

    expect(ended.faults, ended.text).toEqual(['QUOTA_SHORT']);
    expect(ended.code).toBe(20);
    expect(ended.said).toMatchObject({ exists: expect.stringContaining('nothing was created') });
    expect(await sandbox.left()).toEqual([]);
  });
});

describe('--json', () => {
  it.each([
    { action: 'list', output: 'deployments', holds: { project: 'demo-project', deployments: [] } },
    { action: 'status', output: 'status', holds: { deployment: 'demo', exists: false } },
  ])('makes of $action one JSON text a line, and the last says how it ended', async ({ action, output, holds }) => {
    const ended = await desk.run([action, ...(action === 'list' ? small.slice(0, 2) : small)]);

    const lines = ended.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(ended.events);
    expect(ended.output(output)).toMatchObject(holds);
    expect(ended.events.at(-1)).toMatchObject({ event: 'result', text: 'RESULT', code: 0, action });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints the script of %s, and how to switch it on', async (shell) => {
    const { code, stdout } = await plain(['completion', shell]);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`# Completion of cluster-provision for ${shell}. To switch it on: .*completion ${shell}`),
    );
    expect(stdout).toContain('vm-type');
  });

  it('completes an option in a real bash', async ({ skip }) => {
    const script = [
      `source <("${process.execPath}" "${entrypoint}" completion bash)`,
      'COMP_WORDS=(cluster-provision create --vm-type a3-mega); COMP_CWORD=3',
      '"$(complete -p cluster-provision | sed -E "s/.*-F ([^ ]+).*/\\1/")"',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const bash = spawnSync('bash', ['-euc', script], { encoding: 'utf8' });
    if (bash.error) skip('there is no bash here');

    expect(bash.stderr).toBe('');
    expect(bash.stdout.trimEnd().split('\n')).toContain('a3-megagpu-8g');
  });

  it('of a shell that it does not know is refused with those that it knows', async () => {
    const { code, stderr } = await plain(['completion', 'tcsh']);

    expect(code).toBe(2);
    expect(stderr).toContain('tcsh: is not one of bash, zsh, fish');
  });
});

/** A run as people see it, in their own environment and without a sandbox. */
async function plain(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: desk.path, ...environment };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [entrypoint, ...args], { env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}
