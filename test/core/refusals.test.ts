import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';
import * as z from 'zod';

import { faultLines } from '../../src/core/faults.ts';
import type { Fault } from '../../src/core/faults.ts';
import { refusalFault } from '../../src/core/refusal-fault.ts';
import { judgeRefusal, refusalCode, usersIn, zonesWithRoom } from '../../src/core/refusals.ts';
import { googleFault } from '../../src/google/google-fault.ts';
import { GoogleError } from '../../src/google/http.ts';
import { tokenFault } from '../../src/google/token-faults.ts';
import { bucketFault } from '../../src/terraform/bucket-faults.ts';
import { judge, refusalsIn } from '../../src/terraform/verdict.ts';

// The failures that are known of this field, each with Google's (or Terraform's) own words and where they were read. A row
// that is not about words names the test that shows what becomes of it, or why there is none.
const root = join(import.meta.dirname, '../..');
const Row = z.strictObject({ row: z.number(), title: z.string() });
const Refused = Row.extend({
  source: z.url(),
  /** Who met the refusal. */
  by: z.enum(['call', 'bucket', 'token', 'group', 'terraform', 'destroy']),
  said: z.strictObject({
    status: z.number().optional(),
    code: z.string().optional(),
    reason: z.string().optional(),
    summary: z.string().optional(),
    text: z.string(),
    call: z.string().optional(),
  }),
  /** `null` = not a refusal that is known by its words. */
  kind: z.string().nullable(),
  action: z.enum(['RETRY', 'FAILOVER', 'ADOPT', 'RESUME', 'STOP', 'ASK']).nullable(),
  fault: z.string(),
  exit: z.number(),
  message: z.string(),
  next: z.string(),
});
const Proved = Row.extend({ provedBy: z.array(z.strictObject({ file: z.string(), name: z.string() })) });
const LeftOut = Row.extend({ leftOut: z.string() });
const rows = z
  .array(z.union([Refused, Proved, LeftOut]))
  .parse(JSON.parse(readFileSync(join(root, 'test/fixtures/refusals.json'), 'utf8')));

const refused = rows.filter((row) => 'said' in row);
const proved = rows.filter((row) => 'provedBy' in row);

it('has all 58 rows', () => {
  const numbers = new Set(rows.map(({ row }) => row));
  numbers.delete(0);

  expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 58 }, (_, index) => index + 1));
});

it.each(refused)('row $row, $title: $fault', ({ by, said, kind, action, fault, exit, message, next }) => {
  const verdict = by === 'terraform' || by === 'destroy' ? refusalsIn([diagnostic(said)])[0] : judgeRefusal(said);
  const told = faultOf(by, said);

  expect(verdict?.kind ?? null).toBe(kind);
  expect(verdict?.action ?? null).toBe(action);
  expect(told).toMatchObject({ code: fault, exit });
  const [first, ...others] = faultLines(told);
  expect(first).toContain(message);
  expect(others.at(-1)).toContain(next);
  // What is known is told with what we did by ourselves; what exists is added by the action that knows it. A bucket is asked
  // for before there is anything to tell of.
  const isTold = kind === null || by === 'token' || by === 'bucket' || others.at(-2)?.startsWith('done: ');
  expect(isTold).toBe(true);
});

it.each(proved)('row $row, $title: is shown by a test', ({ provedBy }) => {
  for (const { file, name } of provedBy) {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  }
});

it('reads the zones with room out of the sentence and out of the details', () => {
  expect(zonesWithRoom('in the us-a1-a, us-a1-f zone(s), which currently has capacity')).toEqual([
    'us-a1-a',
    'us-a1-f',
  ]);
  expect(zonesWithRoom('"zonesAvailable": "us-a1-b,us-a1-c"')).toEqual(['us-a1-b', 'us-a1-c']);
  expect(zonesWithRoom('"zonesAvailable": ""')).toEqual([]);
});

it('reads who holds what', () => {
  const text =
    "The network resource 'projects/p/global/networks/n' is already being used by 'projects/p/global/routes/r'";

  expect(usersIn(text)).toEqual([{ used: 'projects/p/global/networks/n', by: 'projects/p/global/routes/r' }]);
});

it('shows the reason only where it is of another kind than the code', () => {
  expect(refusalCode({ status: 403, code: 'accessNotConfigured', reason: 'SERVICE_DISABLED', text: '' })).toBe(
    '403 accessNotConfigured',
  );
  expect(refusalCode({ text: '' })).toBe('');
});

type Said = z.output<typeof Refused>['said'];

function faultOf(by: z.output<typeof Refused>['by'], said: Said): Fault {
  const project = 'demo-project';
  switch (by) {
    case 'call':
      return googleFault(answer(said)) as Fault;
    case 'bucket':
      return bucketFault(answer(said), { project, bucket: 'state', what: 'write to', permissions: 'x.y.z' }) as Fault;
    case 'token':
      return tokenFault(new Error(said.text), 'the login of kim@example.com');
    case 'group': {
      const machines = '2 x n1-standard-8';
      const zones = `us-central1-b (${refusalCode({ ...said, reason: undefined })})`;
      return refusalFault(said, { project, deployment: 'demo', what: 'create machines', machines, zones }) as Fault;
    }
    default:
      return judge(
        { ...ended, diagnostics: [diagnostic(said)] },
        {
          verb: by === 'destroy' ? 'destroy' : 'apply',
          project,
          deployment: 'demo',
          resume: 'cluster-provision destroy --name-prefix demo',
          log: '/work/terraform.log',
          rescue: '/work/errored.tfstate',
          now: Date.UTC(2026, 10, 22, 15),
        },
      ) as Fault;
  }
}

function answer({ status = 0, code, reason, text, call = '' }: Said): GoogleError {
  return new GoogleError(status, reason ?? code ?? '', text, undefined, call, { code });
}

function diagnostic({ summary, text }: Said) {
  const detail = summary === undefined ? '' : text;
  return { severity: 'error' as const, summary: summary ?? text, detail, address: 'google_compute_network.net' };
}

const ended = {
  exitCode: 1,
  signal: undefined,
  notStarted: undefined,
  stdout: '',
  summary: undefined,
  outputs: undefined,
  inFlight: [],
  touched: true,
  interruption: 'none' as const,
  starved: undefined,
  stateDump: undefined,
};
