import { expect, it } from 'vitest';

import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import { waitForMachines } from '../../src/deployment/readiness.ts';
import { googleHttp } from '../../src/google/http.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import { makeGroup } from '../conformance/cluster.ts';
import { openSession } from '../conformance/session.ts';
import type { Session } from '../conformance/session.ts';
import { fastClock } from '../terraform/fast-clock.ts';

const lost = { code: 'UNSUPPORTED_OPERATION', message: 'Instance failed to start due to preemption.' };
const zonesAvailable = ['us-central1-c', 'us-central1-f'];

function wait(session: Session, count: number, warnings: string[] = []) {
  const clock = fastClock(100);
  const http = googleHttp({
    endpoints: sandboxEndpoints(session.url),
    tokens: { token: () => Promise.resolve(session.token), describe: () => Promise.resolve('a test') },
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  });
  const view = {
    show: ({ level, text }: { level: string; text: string }) => void (level === 'warn' && warnings.push(text)),
    close: () => {},
  };
  const deployment = {
    ...{ project: session.project, prefix: 'demo', region: 'us-central1', zone: 'us-central1-a', uuid: 'u' },
    ...{ bucket: undefined, folder: '', madeBucket: false, state: 'local' as const },
  };
  return waitForMachines({
    ...{ http, deployment, count, clock, report: createReport(view, clock, createRedactor()) },
    ...{ group: 'mig', timeout: 600_000, stop: new AbortController().signal, width: undefined, again: 'status' },
  });
}

it('gives a zone up where spot machines are lost again and again, after a minute', async () => {
  const session = await openSession();
  session.faults.replace([{ operation: { type: 'insert', target: '/instances/vm-', error: lost } }]);
  await makeGroup(session, 1);
  const warnings: string[] = [];

  const refused = wait(session, 1, warnings);

  await expect(refused).rejects.toMatchObject({ said: { code: lost.code, text: lost.message } });
  expect(warnings).toEqual(['a spot machine was lost while it was being made; it is asked for once more']);
});

it('tells how many run, how many are refused, and which zones have room', async () => {
  const session = await openSession();
  session.faults.replace([{ stockout: { zone: '-a$', zonesAvailable } }]);
  await makeGroup(session, 3);

  await expect(wait(session, 3)).rejects.toMatchObject({
    message: expect.stringMatching(/^0 of 3 machines run, 3 refused: ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: /),
    failures: Array(3).fill(expect.objectContaining({ reason: 'resource_availability', zonesAvailable })),
  });
});
