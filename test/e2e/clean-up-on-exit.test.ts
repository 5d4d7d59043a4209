import { describe, expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';

async function deployments(desk: ReturnType<typeof openDesk>): Promise<unknown> {
  return (await desk.run(['list', '--project-id', 'demo-project'])).output('deployments')['deployments'];
}

describe('CLEANUP_ON_EXIT', () => {
  it('holds the cluster until a signal, then destroys it', async () => {
    using desk = openDesk();
    const running = desk.start(['create', ...small, '--cleanup-on-exit', '--stop-grace', '2s']);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    const status = await desk.run(['status', ...small]);

    running.child.kill('SIGTERM');
    const ended = await running.ended;

    // It is not said to have ended badly: it is at work.
    expect(status.output('status')).toMatchObject({ ready: 1, turn: { action: 'create', alive: true } });
    expect(status.text).not.toContain('did not end in good order');
    expect(ended.code, ended.text).toBe(0);
    expect(ended.events.some(({ text }) => text.startsWith('stopping in good order'))).toBe(true);
    expect(ended.events.some(({ text }) => text.startsWith('STOP_GRACE is nearly over'))).toBe(true);
    // Terraform's state is read again: the inventory only proves what the destroy has done.
    expect(ended.text).not.toContain('which no state knew');
    expect(await deployments(desk)).toEqual([]);
  });

  it('goes on holding when it cannot look at the machines for a while', async () => {
    using desk = openDesk();
    const running = desk.start(['create', ...small, '--cleanup-on-exit']);
    await running.until(({ text }) => text.startsWith('holding the cluster'));
    const faults = desk.file('faults.yaml', '- {match: {path: listManagedInstances}, then: {status: 400}, times: 1}');
    await desk.run(['list', '--project-id', 'demo-project', '--sandbox-faults', faults]);
    await running.until(({ text }) => text.startsWith('cannot look at the machines'));
    await running.until(({ text }) => text.startsWith('the machines can be looked at again'));

    running.child.kill('SIGTERM');
    const ended = await running.ended;

    expect(ended.code, ended.text).toBe(0);
    expect(await deployments(desk)).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('destroys what a create has begun that %s stops, and ends with %i', async (signal, code) => {
    using desk = openDesk();
    const running = desk.start(['create', ...small, '--cleanup-on-exit']);
    await running.until(({ event, text }) => event === 'step.start' && text.startsWith('create in'));

    running.child.kill(signal);
    const ended = await running.ended;

    expect(ended.code, ended.text).toBe(code);
    expect(await deployments(desk)).toEqual([]);
  });

  it('destroys as well when the machines are not usable, and says why with its exit code', async () => {
    using desk = openDesk();
    const faults = desk.file('faults.yaml', '- machine: {name: "demo-vm", gpus: 1}');

    const ended = await desk.run(['create', ...small, '--cleanup-on-exit', '--sandbox-faults', faults]);

    expect(ended.code, ended.text).toBe(33);
    expect(await deployments(desk)).toEqual([]);
  });

  it('ends by itself when the start-up command is done everywhere', async () => {
    using desk = openDesk();

    const ended = await desk.run([
      'create',
      ...small,
      '--cleanup-on-exit',
      '--exit-when-done',
      '--startup-command',
      'true',
    ]);

    expect(ended.code, ended.text).toBe(0);
    expect(await deployments(desk)).toEqual([]);
  });

  it('ends at its deadline', async () => {
    using desk = openDesk();

    const ended = await desk.run(['create', ...small, '--cleanup-on-exit', '--max-run-duration', '30s']);

    expect(ended.code, ended.text).toBe(0);
    expect(ended.text).toContain('MAX_RUN_DURATION is over');
    expect(await deployments(desk)).toEqual([]);
  }, 120_000);
});
