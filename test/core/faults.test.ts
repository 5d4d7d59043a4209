import { describe, expect, it } from 'vitest';

import { catalogue } from '../../src/core/catalogue.ts';
import type { FaultRow } from '../../src/core/catalogue.ts';
import { fail, faultLines, isFault } from '../../src/core/faults.ts';

const rows: [string, FaultRow][] = Object.entries(catalogue);

describe('a fault', () => {
  it('fills its holes and keeps its cause', () => {
    const cause = new Error('403');

    const fault = fail('PROJECT_NOT_FOUND', { project: 'p-1' }, { cause, google: 'forbidden' });

    expect(fault.message).toBe('PROJECT_ID: project p-1 does not exist, or these credentials may not see it');
    expect(fault.exit).toBe(11);
    expect(fault.cause).toBe(cause);
    expect(isFault(fault, 'PROJECT_NOT_FOUND')).toBe(true);
    expect(isFault(fault, 'API_DISABLED')).toBe(false);
  });

  it('is told in four lines: what failed, what exists, what was done, what to type', () => {
    const fault = fail(
      'CREATE_FAILED',
      { reason: 'no room' },
      { exists: '1 network', done: 'the machines were taken away' },
    );

    expect(faultLines(fault)).toEqual([
      'CREATE_FAILED: the cluster could not be created: no room',
      'exists now: 1 network',
      'done: the machines were taken away',
      'next: mend what the first line says and run the same command again',
    ]);
  });

  it('carries the code of Google, and with DEBUG all of its words', () => {
    const context = { googleCode: '403 forbidden', google: 'Error 403: no\nMore details: none' };
    const fault = fail('CREATE_FAILED', { reason: 'no' }, context);

    expect(faultLines(fault)[0]).toBe('CREATE_FAILED: the cluster could not be created: no [Google: 403 forbidden]');
    expect(faultLines(fault, true).slice(2)).toEqual(['google: Error 403: no', 'google: More details: none']);
  });
});

describe('the catalogue', () => {
  it.each(rows)('%s speaks in lower case, without a full stop, and ends with a next step', (_, row) => {
    expect(row.text).not.toMatch(/\.$/);
    expect(row.text).toMatch(/^([a-z{]|[A-Z_]+:)/);
    expect(row.fix.length).toBeGreaterThan(10);
  });

  it.each(rows)('%s has an exit code that docs/exit-codes.md explains', async (_, row) => {
    const { renderExitCodes } = await import('../../scripts/render-faults.ts');

    expect(renderExitCodes()).toContain(`\n| ${row.exit} | `);
  });
});
