import { expect, it } from 'vitest';

import { diagnosticLine, parseTextDiagnostics } from '../../src/terraform/diagnostics.ts';
import { parseEvent } from '../../src/terraform/events.ts';
import { parseLockInfo } from '../../src/terraform/lock-text.ts';
import { parsePlan } from '../../src/terraform/plan.ts';
import { parseState } from '../../src/terraform/state-document.ts';
import { isAtLeast } from '../../src/terraform/version.ts';

it('reads the diagnostics of commands that know no -json', () => {
  const text = `Initializing the backend...

Error: Failed to get existing workspaces: querying Cloud Storage failed: storage: bucket doesn't exist


Error: Unsupported block type

  on x.tf line 1:
   1: bad{

Blocks of type "bad" are not expected here.

Warning: Unable to open CLI configuration file

The CLI configuration file at "/root/.terraformrc" does not exist.
`;

  expect(parseTextDiagnostics(text)).toEqual([
    {
      severity: 'error',
      summary: "Failed to get existing workspaces: querying Cloud Storage failed: storage: bucket doesn't exist",
      detail: '',
    },
    { severity: 'error', summary: 'Unsupported block type', detail: 'Blocks of type "bad" are not expected here.' },
    {
      severity: 'warning',
      summary: 'Unable to open CLI configuration file',
      detail: 'The CLI configuration file at "/root/.terraformrc" does not exist.',
    },
  ]);
});

it.each([
  { diagnostic: { summary: 'Error creating Network: 403', detail: '' }, line: 'Error creating Network: 403' },
  { diagnostic: { summary: 'Bad', detail: '\n  because of this\nand that' }, line: 'Bad: because of this' },
  { diagnostic: { summary: 'Bad', detail: 'Bad', address: 'a.b' }, line: 'Bad (a.b)' },
])('says a diagnostic in one line: $line', ({ diagnostic, line }) => {
  expect(diagnosticLine({ severity: 'error', ...diagnostic })).toBe(line);
});

it.each([
  ['a panic', 'panic: runtime error', undefined],
  ['a line that only looks like JSON', '{"type":', undefined],
  ['an event of a later version', '{"type":"apply_start","hook":{"new":"shape"}}', { kind: 'other' }],
  ['an unknown event', '{"type":"moon_phase"}', { kind: 'other' }],
  ['the first line', '{"type":"version","terraform":"1.11.4"}', { kind: 'version' }],
  ['the wait for the lock', '{"type":"state_lock_acquire"}', { kind: 'locking' }],
  [
    'the outputs',
    '{"type":"outputs","outputs":{"a":{"sensitive":false,"type":"string","value":"x"},"b":{"sensitive":true}}}',
    { kind: 'outputs', outputs: { a: 'x', b: undefined } },
  ],
  ['the printed state', '{"type":"log","state":{"serial":1}}', { kind: 'state dump', state: { serial: 1 } }],
])('reads %s', (_what, line, event) => {
  expect(parseEvent(line)).toEqual(event);
});

it('reads who holds a lock, with the time as Go prints it', () => {
  const text = `Error message: writing "gs://state/x.tflock" failed: googleapi: Error 412
Lock Info:
  ID:        1763820407181846
  Path:      gs://state/x.tflock
  Operation: OperationTypeApply
  Who:       root@vm
  Version:   1.11.4
  Created:   2026-11-22 14:06:47.181846869 +0000 UTC
  Info:      
`;

  expect(parseLockInfo(text)).toEqual({
    id: '1763820407181846',
    operation: 'OperationTypeApply',
    who: 'root@vm',
    version: '1.11.4',
    created: Date.UTC(2026, 10, 22, 14, 6, 47, 181),
  });
  expect(parseLockInfo('Error message: no lock at all')).toBeUndefined();
  expect(parseLockInfo(text.replace('2026-11-22', 'some day'))?.created).toBeUndefined();
});

it('leaves data sources out of a plan', () => {
  const change = { actions: ['create'], before: null, after: { name: 'n' } };
  const document = {
    resource_changes: [
      { address: 'google_compute_network.n', mode: 'managed', type: 'google_compute_network', name: 'n', change },
      { address: 'data.google_project.p', mode: 'data', type: 'google_project', name: 'p', change },
    ],
  };

  expect(parsePlan(JSON.stringify(document))).toEqual([
    {
      address: 'google_compute_network.n',
      type: 'google_compute_network',
      name: 'n',
      actions: ['create'],
      values: { name: 'n' },
      before: {},
      imported: false,
    },
  ]);
});

it('does not take a state that was cut off for one', () => {
  const state = '{"version":4,"serial":7,"lineage":"abc","resources":[]}';

  expect(parseState(state)).toMatchObject({ serial: 7, lineage: 'abc' });
  expect(parseState(state.slice(0, 40))).toBeUndefined();
  expect(parseState('')).toBeUndefined();
});

it.each([
  ['1.5.0', '1.5.0', true],
  ['1.11.4', '1.5.0', true],
  ['1.4.99', '1.5.0', false],
  ['0.15.5', '1.5.0', false],
  ['2.0.0', '1.5.0', true],
  ['1.6.0-beta1', '1.6.0', true],
])('%s is at least %s: %s', (version, wanted, answer) => {
  expect(isAtLeast(version, wanted)).toBe(answer);
});
