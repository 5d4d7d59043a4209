import { describe, expect, it } from 'vitest';

import { killIn } from '../_support/processes.ts';
import { openDesk, small } from '../_support/program.ts';
import type { Desk, Running } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';

// The host goes away: the run and its Terraform, at once. The cloud is somewhere else and goes on.
function pullThePlug(desk: Desk, { child }: Running): void {
  child.kill('SIGKILL');
  killIn(`${desk.path}/work`);
}

describe('a create that is killed while it makes things', () => {
  it.each([1, 5, 9])(
    'after %i of them is taken over by the next one; nothing is made twice and nothing stays',
    async (count) => {
      using desk = openDesk();
      const cloud = desk.start(['sandbox']);
      await cloud.until(({ event }) => event === 'output');
      const running = desk.start(['create', ...small]);
      await running.until((event) => Number(/^(\d+) done/.exec(String(event['detail']))?.[1]) >= count);
      pullThePlug(desk, running);
      await running.ended;

      // Otherwise the next run waits a minute for a sign of life.
      await desk.run(['unlock', ...small]);
      const again = await desk.run(['create', ...small]);
      const status = await desk.run(['status', ...small]);
      const destroyed = await desk.run(['destroy', ...small]);

      expect(again.code, again.text).toBe(0);
      expect(status.output('status')).toMatchObject({ ready: 1, drift: [] });
      expect(status.output('status')).not.toMatchObject({ lock: expect.anything() as unknown });
      expect(status.output('status')).not.toMatchObject({ intent: expect.anything() as unknown });
      expect(destroyed.code, destroyed.text).toBe(0);
      // Whatever Terraform did not know would have been found by the inventory only.
      expect(destroyed.output('destroyed')).toMatchObject({ foundBesideState: 0 });
    },
  );

  it('goes on at once in the next run where only Terraform was killed, for want of memory say', async () => {
    using desk = openDesk();
    await serveSandbox(desk);
    const running = desk.start(['create', ...small]);
    await running.until((event) => /at work: google_compute/.test(String(event['detail'])));
    killIn(`${desk.path}/work`);
    const killed = await running.ended;

    const again = await desk.run(['create', ...small, '--lock-timeout', '1s']);
    const destroyed = await desk.run(['destroy', ...small]);

    expect(killed.code, killed.text).toBe(40);
    expect(again.code, again.text).toBe(0);
    expect(again.text).not.toContain('waiting for another run');
    expect(destroyed.code, destroyed.text).toBe(0);
  });

  it('is waited for until it has been silent for a minute, whatever the clock of its host says', async () => {
    using desk = openDesk();
    const sandbox = await serveSandbox(desk);
    // Two hours ahead of the host's clock.
    await sandbox.ask('POST', '/_sandbox/clock', { advance: 7_200_000 });
    const running = desk.start(['create', ...small]);
    await running.until((event) => /at work: google_compute/.test(String(event['detail'])));
    pullThePlug(desk, running);
    await running.ended;

    const early = await desk.run(['create', ...small, '--lock-timeout', '1s']);
    await sandbox.ask('POST', '/_sandbox/clock', { advance: 61_000 });
    const again = await desk.run(['create', ...small, '--lock-timeout', '2m']);

    expect(early.faults).toEqual(['LOCK_HELD']);
    expect(early.code).toBe(23);
    expect(again.code, again.text).toBe(0);
    expect(again.text).toContain('an earlier run died');
  });
});
