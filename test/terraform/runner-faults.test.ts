import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

import { expect, it } from 'vitest';

import { fail } from '../../src/core/faults.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { userAndHost } from '../../src/core/who.ts';
import type { ResourceProgress } from '../../src/terraform/events.ts';
import type { Result } from '../../src/terraform/runner.ts';
import { fastClock } from './fast-clock.ts';
import { fakeTerraform, fixture } from './workbench.ts';
import type { Step } from './workbench.ts';

function event(type: string, fields: object = {}): Step {
  return { out: JSON.stringify({ '@level': 'info', '@message': type, type, ...fields }) };
}

function error(summary: string, detail = ''): Step {
  return event('diagnostic', { diagnostic: { severity: 'error', summary, detail } });
}

function resource(type: string, name = 'net', seconds = 0): Step {
  const hook = {
    resource: { addr: `google_compute_network.${name}`, resource_type: 'google_compute_network' },
    action: 'create',
    elapsed_seconds: seconds,
  };
  return event(type, { hook });
}

function failed<T>(result: Result<T>): Extract<Result<T>, { ok: false }> {
  if (result.ok) throw new Error('it worked');
  return result;
}

const died = [
  { what: 'is killed', steps: [{ kill: 'SIGKILL' }], reason: 'it was killed, most often for want of memory' },
  { what: 'ends with 137', steps: [{ exit: 137 }], reason: 'it was killed, most often for want of memory' },
  {
    what: 'loses its provider',
    steps: [error('Plugin did not respond', 'The plugin encountered an error'), { exit: 1 }],
    reason: 'it or its provider crashed, most often for want of memory',
  },
  {
    what: 'panics',
    steps: [{ err: 'panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:' }, { exit: 2 }],
    reason: 'panic: runtime error: invalid memory address',
  },
  { what: 'says nothing', steps: [{ exit: 1 }], reason: 'it did not say why' },
];

it.each(died)('tells in plain words that terraform $what', async ({ steps, reason }) => {
  await using bench = await fakeTerraform(steps);

  const { fault } = failed(await bench.terraform.apply());

  expect(fault).toMatchObject({ code: 'TERRAFORM_FAILED', exit: 40, message: expect.stringContaining(reason) });
  expect(fault.fix).toContain(bench.terraform.log);
});

it('gives the first error, its resource and all others in the details', async () => {
  const first = {
    severity: 'error',
    summary: 'Error creating Network',
    detail: 'googleapi: Error 418: no',
    address: 'google_compute_network.net',
  };
  await using bench = await fakeTerraform([
    event('diagnostic', { diagnostic: { severity: 'warning', summary: 'Deprecated', detail: '' } }),
    event('diagnostic', { diagnostic: first }),
    error('another'),
    { exit: 1 },
  ]);

  const { fault, diagnostics } = failed(await bench.terraform.apply());

  expect(fault.message).toBe(
    'terraform apply stopped with exit code 1: Error creating Network: googleapi: Error 418: no (google_compute_network.net)',
  );
  expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'error', 'error']);
  expect(fault.context.details).toHaveLength(2);
});

it('tells how each resource comes along', async () => {
  await using bench = await fakeTerraform([{ replay: fixture('apply.jsonl') }]);
  const seen: ResourceProgress[] = [];

  const result = await bench.terraform.apply({ onProgress: (progress) => seen.push(progress) });

  expect(result).toMatchObject({ ok: true, value: { operation: 'apply', add: 3, change: 0, remove: 0 } });
  expect(seen.filter(({ address }) => address === 'terraform_data.a[2]')).toEqual([
    { address: 'terraform_data.a[2]', type: 'terraform_data', action: 'create', state: 'started', seconds: 0 },
    { address: 'terraform_data.a[2]', type: 'terraform_data', action: 'create', state: 'progress', seconds: 10 },
    { address: 'terraform_data.a[2]', type: 'terraform_data', action: 'create', state: 'done', seconds: 12 },
  ]);
});

it('sends one SIGINT when asked to stop, and names what was in flight', async () => {
  await using bench = await fakeTerraform([resource('apply_start'), { hang: true }]);
  const stop = new AbortController();

  const result = await bench.terraform.apply({ stop: stop.signal, onProgress: () => stop.abort() });

  expect(failed(result).fault).toMatchObject({
    code: 'INTERRUPTED',
    exit: 75,
    context: { exists: '1 were in flight: google_compute_network.net' },
  });
  expect(await bench.interrupts()).toHaveLength(1);
});

it('lets what is in flight come to its end first, where there is time for it', async () => {
  const steps = [
    resource('apply_start'),
    { wait: 300 },
    resource('apply_complete'),
    resource('apply_start', 'next'),
    { hang: true as const },
  ];
  await using bench = await fakeTerraform(steps);
  const stop = new AbortController();
  const seen: string[] = [];
  const onProgress = ({ address, state }: ResourceProgress): void => {
    seen.push(`${state} ${address}`);
    stop.abort();
  };

  await bench.terraform.apply({ stop: stop.signal, drainSeconds: 30, onProgress });

  expect(seen.slice(0, 2)).toEqual(['started google_compute_network.net', 'done google_compute_network.net']);
  expect(await bench.interrupts()).toHaveLength(1);
});

it('waits no longer than it may for what is in flight', async () => {
  await using bench = await fakeTerraform([resource('apply_start'), { hang: true }], { clock: fastClock(10) });
  const stop = new AbortController();

  const { end } = failed(
    await bench.terraform.apply({ stop: stop.signal, drainSeconds: 2, onProgress: () => stop.abort() }),
  );

  expect(end).toMatchObject({ interruption: 'once', inFlight: ['google_compute_network.net'] });
});

it('answers with the fault when there is no token for terraform', async () => {
  const expired = fail('CREDENTIALS_EXPIRED', { reason: 'invalid_rapt' });
  const tokens = { token: () => Promise.reject(expired), describe: () => Promise.resolve('') };
  await using bench = await fakeTerraform([{ exit: 0 }], { cloud: { tokens } });

  const { fault } = failed(await bench.terraform.plan());

  expect(fault).toBe(expired);
  expect(await bench.calls()).toEqual([]);
});

it('keeps a second away between two SIGINTs, however quickly they are asked for', async () => {
  await using bench = await fakeTerraform([{ interrupts: 2 }, resource('apply_start'), { hang: true }]);
  const stop = new AbortController();
  const onProgress = (): void => stop.abort();

  await bench.terraform.apply({ stop: stop.signal, stopNow: stop.signal, onProgress });

  const [first = 0, second = 0, ...more] = await bench.interrupts();
  expect(second - first).toBeGreaterThanOrEqual(950);
  expect(more).toEqual([]);
});

it('kills a terraform that ignores both interrupts', async () => {
  await using bench = await fakeTerraform([{ interrupts: 0 }, resource('apply_start'), { hang: true }], {
    clock: fastClock(10),
  });
  const stopNow = new AbortController();

  const { end } = failed(await bench.terraform.apply({ stopNow: stopNow.signal, onProgress: () => stopNow.abort() }));

  expect(end).toMatchObject({ interruption: 'killed', signal: 'SIGKILL' });
  expect(await bench.interrupts()).toHaveLength(2);
});

it('starts nothing any more after a stop', async () => {
  await using bench = await fakeTerraform([{ exit: 0 }]);

  const result = await bench.terraform.plan({ stop: AbortSignal.abort() });

  expect(failed(result).fault).toMatchObject({ code: 'STOPPED', exit: 130 });
  expect(await bench.calls()).toEqual([]);
});

const silences = [
  { phase: 'starting', steps: [event('version'), { hang: true as const }] },
  { phase: 'waiting for the lock', steps: [event('version'), event('state_lock_acquire'), { hang: true as const }] },
  { phase: 'working', steps: [resource('apply_start'), { hang: true as const }] },
];

it.each(silences)('ends a terraform that is silent for too long while $phase', async ({ phase, steps }) => {
  await using bench = await fakeTerraform(steps, { clock: fastClock(150) });

  const { fault, end } = failed(await bench.terraform.apply());

  expect(end.starved).toBe(phase);
  expect(fault.message).toContain(`it gave no sign of life while ${phase}, and was ended`);
});

it('says that the work is done when terraform hangs while it gives the lock back', async () => {
  await using bench = await fakeTerraform(
    [resource('apply_start'), resource('apply_complete'), event('state_lock_release'), { hang: true }],
    { clock: fastClock(100) },
  );

  const { fault } = failed(await bench.terraform.apply());

  expect(fault).toMatchObject({ code: 'UNLOCK_FAILED', exit: 24 });
});

it('does not end a terraform that is slow but speaks', async () => {
  const progress = Array.from({ length: 5 }, () => [{ wait: 500 }, resource('apply_progress')]).flat();
  // 500 ms are 75 s on this clock: more than six minutes of work, with five minutes of patience for silence.
  await using bench = await fakeTerraform([resource('apply_start'), ...progress, resource('apply_complete')], {
    clock: fastClock(150),
  });

  const result = await bench.terraform.apply();

  expect(result.ok).toBe(true);
});

const saveError = error('Failed to save state', 'Error saving state: googleapi: Error 503: backend error');
const dumped = {
  version: 4,
  serial: 7,
  lineage: 'abc',
  resources: [],
  outputs: { password: { value: 'hunter2-hunter2' } },
};
const printed = event('log', { '@message': 'Emergency state dump', state: dumped });

it('believes the file, not the message, when terraform says that it kept the state (read-only directory)', async () => {
  const scenario = {
    apply: [
      saveError,
      error('Failed to persist state to backend', 'written to the file "errored.tfstate"'),
      { exit: 1 },
    ],
  };
  await using bench = await fakeTerraform(scenario);
  await writeFile(bench.work.file('errored.tfstate'), '{"an": "older one"}');

  const { fault, unsavedState } = failed(await bench.terraform.apply());

  expect(fault.code).toBe('STATE_NOT_SAVED');
  expect(unsavedState).toBeUndefined();
});

it('takes a state that was printed for want of a disk, pushes it by standard input, and shows it to nobody', async () => {
  const scenario = { apply: [printed, saveError, { exit: 1 }], state: [[{ exit: 1 }], [{ exit: 0 }]] };
  const rescued: string[] = [];
  await using bench = await fakeTerraform(scenario, {
    clock: fastClock(20),
    rescue: (state) => {
      rescued.push(state);
      return Promise.resolve('gs://somewhere');
    },
  });

  const result = await bench.terraform.apply();

  expect(result.ok).toBe(true);
  expect(rescued.map((state) => JSON.parse(state))).toEqual([dumped]);
  expect((await bench.calls()).map(({ args }) => args.join(' '))).toEqual([
    expect.stringMatching(/^apply /),
    'state push -no-color -lock-timeout=1s -',
    'state push -no-color -lock-timeout=1s -',
  ]);
});

it('hands the only copy of the state over when it can be saved nowhere', async () => {
  const stop = new AbortController();
  await using bench = await fakeTerraform(
    { apply: [printed, saveError, { exit: 1 }], state: [{ exit: 1 }] },
    {
      clock: fastClock(20),
      // Whoever asks to stop meanwhile gets one more try, not ten minutes of them.
      rescue: () => Promise.reject(stop.abort() ?? new Error('the bucket is gone')),
    },
  );

  const { fault, unsavedState } = failed(await bench.terraform.apply({ stop: stop.signal }));

  expect(fault).toMatchObject({ code: 'STATE_NOT_SAVED', exit: 25, message: expect.stringContaining('Error 503') });
  expect(JSON.parse(unsavedState ?? '')).toEqual(dumped);
  expect(JSON.parse(await readFile(bench.work.file('errored.tfstate'), 'utf8'))).toEqual(dumped);
  expect((await bench.calls()).filter(({ args }) => args[1] === 'push')).toHaveLength(2);
  expect(JSON.stringify([fault.message, fault.context])).not.toContain('hunter2');
});

it('takes back a lock that carries the name of this very run', async () => {
  const own = (name: string): string =>
    `Error message: writing "gs://b/l" failed: googleapi: Error 412\nLock Info:\n  ID:        1732283207000001\n  Operation: OperationTypeApply\n  Who:       ${name}@${hostname()}\n  Created:   2026-11-22 14:06:47.18 +0000 UTC\n`;
  // The name is only known to a child of ours: the first call tells it.
  await using bench = await fakeTerraform({ apply: [{ exit: 0 }] });
  await bench.terraform.apply();
  const name = (await bench.calls())[0]?.env.USER ?? '';
  const scenario = {
    apply: [[{ exit: 0 }], [error('Error acquiring the state lock', own(name)), { exit: 1 }], [{ exit: 0 }]],
  };
  await writeFile(`${bench.directory}/scenario.json`, JSON.stringify(scenario));

  const result = await bench.terraform.apply();

  expect(name).toMatch(/^cluster-provision-[0-9a-f]{8}$/);
  expect(result.ok).toBe(true);
  expect((await bench.calls()).map(({ args }) => args.slice(0, 3).join(' ')).slice(1)).toEqual([
    expect.stringMatching(/^apply/),
    'force-unlock -no-color -force',
    expect.stringMatching(/^apply/),
  ]);
});

it.each([
  ['takes back a lock that the same user has taken on this machine since the command began', 0, true],
  ['leaves a lock alone that the same user took on this machine before that', 60_000, false],
])('%s', async (_what, age, ours) => {
  const created = new Date(Date.now() - age + 1_000).toISOString().replace('T', ' ').replace('Z', ' +0000 UTC');
  const text = `Error message: 412\nLock Info:\n  ID:        5\n  Operation: OperationTypeApply\n  Who:       ${userAndHost()}\n  Created:   ${created}\n`;
  const locked = [error('Error acquiring the state lock', text), { exit: 1 }];
  await using bench = await fakeTerraform({ apply: [locked, [{ exit: 0 }]] }, { lockTimeoutSeconds: 0 });

  const result = await bench.terraform.apply();

  expect(result.ok).toBe(ours);
  expect((await bench.calls()).some(({ args }) => args[0] === 'force-unlock')).toBe(ours);
});

it('tells again and again who is waited for, until the lock is free', async () => {
  const text = `Error message: 412\nLock Info:\n  ID:        5\n  Operation: OperationTypeApply\n  Who:       kim@laptop\n  Created:   2026-11-22 14:06:47 +0000 UTC\n`;
  const locked = [error('Error acquiring the state lock', text), { exit: 1 }];
  await using bench = await fakeTerraform({ apply: [locked, locked, [{ exit: 0 }]] }, { lockTimeoutSeconds: 600 });
  const holders: string[] = [];

  const result = await bench.terraform.apply({ onWait: ({ who, operation }) => holders.push(`${who} ${operation}`) });

  expect(result.ok).toBe(true);
  expect(holders).toEqual(Array(2).fill('kim@laptop OperationTypeApply'));
  expect((await bench.calls())[0]?.args).toContain('-lock-timeout=5s');
});

it('leaves the lock of a twin on the same machine alone', async () => {
  const text = `Error message: 412\nLock Info:\n  ID:        5\n  Operation: OperationTypePlan\n  Who:       cluster-provision-00000000@${hostname()}\n  Created:   ${new Date().toISOString().replace('T', ' ').replace('Z', ' +0000 UTC')}\n`;
  await using bench = await fakeTerraform([error('Error acquiring the state lock', text), { exit: 1 }], {
    lockTimeoutSeconds: 0,
  });

  const { fault } = failed(await bench.terraform.apply());

  expect(fault).toMatchObject({ code: 'LOCK_HELD', exit: 23, message: expect.stringContaining('doing plan') });
  expect((await bench.calls()).map(({ args }) => args[0])).not.toContain('force-unlock');
});

it('writes a log without the secrets that were registered', async () => {
  const redactor = createRedactor();
  redactor.add('correct-horse-battery');
  await using bench = await fakeTerraform([error('bad token correct-horse-battery'), { exit: 1 }], { redactor });

  await bench.terraform.apply();
  await bench.terraform.close();

  const log = await readFile(bench.terraform.log, 'utf8');
  expect(log).toContain('bad token [secret]');
  expect(log).not.toContain('correct-horse');
});

it('initialises again with -upgrade where an older provider was locked', async () => {
  const outdated =
    'Error: Failed to query available provider packages\n\nlocked provider registry.terraform.io/hashicorp/google 6.0.0 does not match configured version constraint 6.50.0; must use terraform init -upgrade';
  await using bench = await fakeTerraform({ init: [[{ err: outdated }, { exit: 1 }], [{ exit: 0 }]] });

  const result = await bench.terraform.init();

  expect(result.ok).toBe(true);
  expect((await bench.calls()).map(({ args }) => args.at(-1))).toEqual(['-reconfigure', '-upgrade']);
});
