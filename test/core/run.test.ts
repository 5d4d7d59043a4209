import { describe, expect, it } from 'vitest';

import { childEnvironment, run } from '../../src/core/run.ts';

const env = { PATH: process.env['PATH'] ?? '' };

describe('the door for child processes', () => {
  it('hands arguments on as they are, without a shell', async () => {
    const hostile = '$(touch /tmp/pwned); `id` "quoted" ${HOME}';

    const { stdout, exitCode } = await run({ file: 'printf', args: ['%s', hostile], env });

    expect(stdout).toBe(hostile);
    expect(exitCode).toBe(0);
  });

  it('gives the child only the environment it is told to', async () => {
    process.env['CANARY_SECRET'] = 'leaked';

    const { stdout } = await run({ file: 'env', args: [], env });

    expect(stdout).not.toContain('CANARY_SECRET');
    delete process.env['CANARY_SECRET'];
  });

  it('answers an exit code instead of throwing', async () => {
    const outcome = await run({ file: 'sh', args: ['-c', 'echo out; echo err >&2; exit 7'], env });

    expect(outcome).toMatchObject({ exitCode: 7, stdout: 'out', stderr: 'err', notStarted: undefined });
  });

  it('says why a program could not be started', async () => {
    const outcome = await run({ file: 'no-such-program-here', args: [], env });

    expect(outcome.notStarted).toContain('ENOENT');
  });

  it('reads lines as they come', async () => {
    const lines: string[] = [];

    await run({ file: 'printf', args: ['a\\nb\\nc'], env, onLine: (line) => lines.push(line) });

    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('ends a child that takes too long', async () => {
    const outcome = await run({ file: 'sleep', args: ['30'], env, timeout: 100 });

    expect(outcome.timedOut).toBe(true);
  });

  it('lets our options and secrets reach no child', () => {
    const picked = childEnvironment({
      PATH: '/bin',
      PROJECT_ID: 'p',
      GOOGLE_OAUTH_ACCESS_TOKEN: 't',
      HTTPS_PROXY: 'http://proxy',
    });

    expect(picked).toEqual({ PATH: '/bin', HTTPS_PROXY: 'http://proxy' });
  });
});
