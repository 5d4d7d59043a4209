import { readdir, readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import { secretTexts } from '../../src/options/secrets.ts';
import { canaries, environment, leak, sung } from '../_support/canaries.ts';
import { created } from '../options/given.ts';
import { fastClock } from './fast-clock.ts';
import { fakeTerraform } from './workbench.ts';
import type { Step } from './workbench.ts';

function event(type: string, fields: object): Step {
  return { out: JSON.stringify({ '@level': 'error', '@message': leak, type, ...fields }) };
}

const refused = event('diagnostic', {
  diagnostic: { severity: 'error', summary: 'googleapi: Error 403', detail: leak },
});
const unsaved = event('diagnostic', { diagnostic: { severity: 'error', summary: 'Failed to save state', detail: '' } });
const dump = event('log', { state: { version: 4, resources: [{ instances: [{ attributes: { metadata: leak } }] }] } });

const failures: [how: string, steps: Step[]][] = [
  ['Google refuses and echoes what it was sent', [refused, { exit: 1 }]],
  ['terraform panics', [{ err: `panic: ${leak}\n\ngoroutine 1 [running]:` }, { exit: 2 }]],
  [
    'its provider crashes and writes over the events',
    [event('log', {}), { out: leak }, { err: leak }, { kill: 'SIGKILL' }],
  ],
  ['the disk is full and the state is printed', [dump, unsaved, { exit: 1 }]],
  ['it ends with plain text', [{ err: `Error: ${leak.replaceAll('\n', '\n│ ')}` }, { exit: 1 }]],
];

it.each(failures)('nothing secret is said or logged when %s', async (_, steps) => {
  const { METADATA, STARTUP_COMMAND } = environment;
  const redactor = createRedactor();
  for (const secret of secretTexts(created({ METADATA, STARTUP_COMMAND }), environment)) redactor.add(secret);
  const shown: unknown[] = [];
  const clock = fastClock(1000);
  const report = createReport({ show: (one) => shown.push(one), close: () => undefined }, clock, redactor);
  const scenario = { apply: steps, state: [{ err: `Error: ${leak}` }, { exit: 1 }] };
  await using bench = await fakeTerraform(scenario, { redactor, clock, environment });

  const result = await bench.terraform.apply({ onProgress: () => undefined });
  if (result.ok) throw new Error('it worked');
  report.fault(result.fault);
  await bench.terraform.close();

  expect(sung(JSON.stringify(shown))).toEqual([]);
  expect(await logged(bench.work.path)).toEqual([]);
  expect(await readFile(bench.terraform.log, 'utf8')).toContain('$ ended with');
  for (const { args, env } of await bench.calls()) {
    // Terraform goes through the proxy itself, and is told how.
    const { HTTPS_PROXY: proxy, ...rest } = env;
    expect(proxy).toBe(environment.HTTPS_PROXY);
    expect(sung(JSON.stringify([args, rest]))).toEqual([]);
  }
});

it('these tests would hear every canary', () => {
  expect(sung(leak)).toEqual(Object.keys(canaries));
  expect(Object.keys(canaries).length).toBeGreaterThanOrEqual(20);
});

/** The canaries in the files of the work directory, but for the state that could not be saved: that is what it holds. */
async function logged(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => name !== 'errored.tfstate');
  const texts = await Promise.all(names.map((name) => readFile(`${path}/${name}`, 'utf8').catch(() => '')));
  return sung(texts.join('\n'));
}
