import { onTestFinished } from 'vitest';

import { wallClock } from '../../../src/core/clock.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { createControl } from '../../../src/sandbox/control.ts';
import { createFaultPlan } from '../../../src/sandbox/fault-plan.ts';
import type { FaultPlan } from '../../../src/sandbox/fault-plan.ts';
import { computeOperations } from '../../../src/sandbox/operation-routes.ts';
import { startServer } from '../../../src/sandbox/server.ts';
import type { ServiceDefinition, Store, World } from '../../../src/sandbox/service.ts';
import { oauth } from '../../../src/sandbox/services/oauth.ts';
import { storage } from '../../../src/sandbox/services/storage.ts';
import { createStore } from '../../../src/sandbox/store.ts';
import { virtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { issueToken, operator } from '../../../src/sandbox/tokens.ts';

/** A sandbox for one test, and the two ways of asking it. */
export interface Served {
  url: string;
  world: World;
  plan: FaultPlan;
  bugs: unknown[];
  close(): Promise<void>;
  /** Asks with the operator's token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The same for an answer in JSON; the type is what the test expects. */
  json<T = Record<string, unknown>>(path: string, init?: RequestInit): Promise<T>;
}

/** Serves storage, tokens, operations and what is given beside them, until the test ends. */
export async function serve(
  options: { services?: ServiceDefinition[]; store?: Store; latency?: number; clock?: Clock } = {},
): Promise<Served> {
  const clock = virtualClock(0, options.clock ?? wallClock);
  const store = options.store ?? createStore(() => clock.now());
  const plan = createFaultPlan([], clock);
  const bugs: unknown[] = [];
  const server = await startServer({
    store,
    clock,
    faults: plan,
    latency: options.latency ?? 5,
    services: [
      computeOperations,
      oauth,
      storage,
      createControl(plan, clock, 'test').service,
      ...(options.services ?? []),
    ],
    onBug: (error) => bugs.push(error),
  });
  onTestFinished(() => server.close());
  const authorization = `Bearer ${issueToken(store, operator, clock.now())}`;

  function ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(server.url + path, {
      ...init,
      headers: { authorization, ...(init.headers as Record<string, string>) },
    });
  }
  return {
    url: server.url,
    world: server.world,
    plan,
    bugs,
    close: server.close,
    ask,
    json: async <T>(path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as T,
  };
}
