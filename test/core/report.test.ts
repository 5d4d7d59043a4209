import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import type { Clock } from '../../src/core/clock.ts';
import { fail } from '../../src/core/faults.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import type { Report } from '../../src/core/report.ts';
import { jsonView } from '../../src/core/view-json.ts';
import { plainView } from '../../src/core/view-plain.ts';

// A clock that moves by a second each time somebody looks at it.
function tickingClock(): Clock {
  let now = Date.UTC(2026, 0, 1, 12) - 1000;
  return { now: () => (now += 1000), sleep: async () => {} };
}

async function written(
  view: 'text' | 'json' | 'markdown',
  say: (report: Report) => unknown,
  secret?: string,
): Promise<string> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const clock = tickingClock();
  const redactor = createRedactor();
  if (secret) redactor.add(secret);
  const target = { out: err, err, markdown: view === 'markdown', colour: false, clock };
  const report = createReport(view === 'json' ? jsonView(err) : plainView(target), clock, redactor);
  await say(report);
  out.end();
  err.end();
  return text(err);
}

describe('a report in Markdown', () => {
  it('writes what has a form of its own in it, and all else as a block of code', async () => {
    const log = await written('markdown', (report) => {
      report.output('cluster', {}, ['demo is ready'], ['## demo is ready']);
      report.output('valid', {}, ['the options are valid']);
    });

    expect(log).toBe('## demo is ready\n```text\nthe options are valid\n```\n');
  });
});

describe('a report on a plain log', () => {
  it('says when a step begins and how long it took', async () => {
    const log = await written('text', (report) => report.step('plan', async () => 1));

    expect(log).toMatchInlineSnapshot(`
      "12:00:01Z plan ...
      12:00:03Z ok   plan (2 s)
      "
    `);
  });

  it('says that a step failed, and hands the error on', async () => {
    const log = await written('text', (report) =>
      expect(report.step('plan', async () => Promise.reject(new Error('no')))).rejects.toThrow('no'),
    );

    expect(log).toContain('FAIL plan');
  });

  it('speaks of progress at most every 15 seconds', async () => {
    const log = await written('text', (report) =>
      report.step('copy', async (step) => {
        for (let file = 1; file <= 40; file += 1) step.progress(`${file} files`);
      }),
    );

    expect(log.match(/copy: \d+ files/g)).toHaveLength(2);
  });

  it('ends with a line that a machine can read', async () => {
    const log = await written('text', (report) => report.result(31, { fault: 'RESOURCES_REMAIN' }));

    expect(log.trim().split('\n').at(-1)).toBe('RESULT {"code":31,"fault":"RESOURCES_REMAIN"}');
  });
});

describe('a report in JSON', () => {
  it('is one event a line, with constant text and the data beside it', async () => {
    const log = await written('json', (report) => report.warn('the zone has no room', { zone: 'us-central1-a' }));

    expect(JSON.parse(log)).toEqual({
      time: '2026-01-01T12:00:00.000Z',
      level: 'warn',
      event: 'note',
      text: 'the zone has no room',
      zone: 'us-central1-a',
    });
  });

  it.each(['text', 'json'] as const)('never shows a secret, in whatever form it comes (%s)', async (view) => {
    const secret = 'hunter2-"quoted"\nsecret';
    const log = await written(
      view,
      async (report) => {
        report.info('note', { detail: `x ${secret} y` });
        report.info('note', { detail: Buffer.from(secret).toString('base64') });
        report.output('o', { nested: [{ deep: secret }] }, [`line ${secret}`]);
        report.fault(fail('CREATE_FAILED', { reason: secret }));
        report.info('note', { detail: 'Authorization: Bearer ya29.abcdefghijklmnopqrstuvwxyz' });
      },
      secret,
    );

    expect(log).not.toContain('hunter2');
    expect(log).not.toContain(Buffer.from(secret).toString('base64'));
    expect(log).not.toContain('abcdefghijklmnop');
    expect(log).toContain('[secret]');
  });
});
