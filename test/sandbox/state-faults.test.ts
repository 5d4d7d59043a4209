/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { beforeEach, describe, expect, it } from 'vitest';

import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { serve } from './_support/serve.ts';
import type { Served } from './_support/serve.ts';
import { hasTerraform, lockName, stateDesk, stateName } from './_support/state-desk.ts';
import type { StateDesk } from './_support/state-desk.ts';

const bucket = 'state-bucket';
const lock = `/storage/v1/b/${bucket}/o/${encodeURIComponent(lockName)}`;
const state = `/storage/v1/b/${bucket}/o/${encodeURIComponent(stateName)}`;

// What can go wrong with state and lock, and what terraform makes of it: this is what the product has to cope with.
describe.skipIf(!hasTerraform)('a fault plan makes terraform meet', { timeout: 120_000 }, () => {
  let sandbox: Served;
  let desk: StateDesk;
  beforeEach(async () => {
    sandbox = await serve();
    await sandbox.ask('/storage/v1/b?project=my-project', { method: 'POST', body: JSON.stringify({ name: bucket }) });
    const token = sandbox.world.store.entries('tokens').next().value?.[0] ?? '';
    desk = stateDesk(sandbox.url, () => Promise.resolve(token));
    desk.configure(bucket, { input: 'hello' });
    await desk.succeed('init', '-no-color');
  });

  async function exists(path: string): Promise<boolean> {
    return (await sandbox.ask(path)).status === 200;
  }
  async function plan(rules: FaultRuleInput[]): Promise<void> {
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(rules) });
  }

  it('a lock that a dead run left', async () => {
    await plan([{ leftLock: { bucket, object: lockName, who: 'root@gone' } }]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Error acquiring the state lock[^]*conditionNotMet[^]*Who: +root@gone/);
  });

  it('a lock that is gone when it looks whose it is', async () => {
    await plan([
      { match: { method: 'POST', path: 'tflock' }, then: { status: 412, reason: 'conditionNotMet' }, times: 1 },
    ]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toContain("storage: object doesn't exist");
  });

  it('its own lock, because the answer that confirmed it was lost', async () => {
    await plan([{ match: { method: 'POST', path: 'tflock' }, then: { status: 503, when: 'after' }, times: 1 }]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('conditionNotMet');
    expect(await exists(lock)).toBe(true);
  });

  it('a lock that cannot be taken off', async () => {
    await plan([{ match: { method: 'DELETE', path: 'tflock' }, then: { status: 403, reason: 'forbidden' } }]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Error releasing the state lock');
    expect([await exists(state), await exists(lock)]).toEqual([true, true]);
  });

  it('a state that cannot be written', async () => {
    await plan([{ match: { method: 'POST', path: 'name=.*tfstate' }, then: { status: 403, reason: 'forbidden' } }]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Failed to persist state to backend[^]*errored\.tfstate/);
  });

  it('a project without billing', async () => {
    const message = 'The billing account for the owning project is disabled in state absent';
    await plan([
      { match: { service: 'storage', method: 'POST' }, then: { status: 403, reason: 'accountDisabled', message } },
    ]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('accountDisabled');
  });

  it('a token that expires in the middle', async () => {
    await plan([{ match: { method: 'POST', path: 'name=.*tfstate' }, then: { status: 401, reason: 'authError' } }]);

    const { exitCode, stderr } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('401');
  });

  it('nothing that a second attempt does not mend: one 503 when reading', async () => {
    await plan([{ match: { method: 'GET', path: 'tfstate' }, then: { status: 503 }, times: 1 }]);

    const { exitCode } = await desk.terraform('apply', '-auto-approve', '-no-color');

    expect(exitCode).toBe(0);
  });
});
