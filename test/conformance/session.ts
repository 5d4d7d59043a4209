import { onTestFinished } from 'vitest';

import { createFaultPlan } from '../../src/sandbox/fault-plan.ts';
import type { FaultPlan } from '../../src/sandbox/fault-plan.ts';
import { services } from '../../src/sandbox/registry.ts';
import { startServer } from '../../src/sandbox/server.ts';
import type { World } from '../../src/sandbox/service.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { issueToken, operator } from '../../src/sandbox/tokens.ts';

/** An answer of an API: its status and its JSON. */
export interface Answer {
  status: number;
  // The shape of Google's answers is what these tests are about, so nothing is known of it beforehand.
  // eslint-disable-next-line typescript/no-explicit-any -- see above
  body: any;
}

/** One cloud of its own for one test, spoken to over HTTP. */
export interface Session {
  url: string;
  token: string;
  project: string;
  world: World;
  faults: FaultPlan;
  /** `GET /compute/v1/projects/{project}/…`; other APIs by their host: `/iam.googleapis.com/v1/…`. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** The same for a method that answers an operation; waits and gives the operation as it ended. */
  operation(method: string, path: string, body?: unknown): Promise<Answer['body']>;
}

/** Starts a sandbox that ends with the test. `latency` is how many milliseconds an operation takes. */
export async function openSession({ latency = 4, project = 'conformance-project' } = {}): Promise<Session> {
  const store = createStore(() => Date.now());
  const faults = createFaultPlan();
  const server = await startServer({ store, services, faults, latency });
  onTestFinished(() => server.close());
  const ownToken = issueToken(store, operator, Date.now());

  async function call(method: string, path: string, body?: unknown, token = ownToken): Promise<Answer> {
    const response = await fetch(server.url + path.replace('{project}', project), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  async function operation(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const started = await call(method, path, body);
    if (started.status !== 200) throw new Error(`${method} ${path} was refused: ${JSON.stringify(started.body)}`);
    const waiting = `${new URL(started.body.selfLink).pathname}/wait`;
    return (await call('POST', waiting)).body;
  }
  return { url: server.url, token: ownToken, project, world: server.world, faults, call, operation };
}
