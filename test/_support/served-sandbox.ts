import { wallClock } from '../../src/core/clock.ts';
import { inventory } from '../../src/deployment/inventory.ts';
import { googleHttp } from '../../src/google/http.ts';
import { listBuckets } from '../../src/google/storage.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { operatorTokens } from '../../src/sandbox/operator-tokens.ts';
import type { Desk } from './program.ts';

/** A desk's sandbox, served by a process of its own, so that many runs can share it without opening it each. */
export interface ServedSandbox {
  url: string;
  /** Replaces the fault plan. */
  breaks(...rules: FaultRuleInput[]): Promise<void>;
  /** Mends what is broken, and answers everything of any deployment in the project, and its buckets. */
  left(project?: string): Promise<string[]>;
  /** Asks as the operator; throws what the sandbox refuses. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Serves the sandbox of the desk until the desk is cleared. */
export async function serveSandbox(desk: Desk): Promise<ServedSandbox> {
  const opened = await desk.start(['sandbox']).until(({ event, text }) => event === 'output' && text === 'sandbox');
  const variables = opened['variables'] as Record<string, string>;
  const url = new URL(variables['GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT'] ?? '').origin;
  const tokens = operatorTokens(url, wallClock);
  const cloud = {
    endpoints: sandboxEndpoints(url),
    tokens,
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const http = googleHttp(cloud, wallClock);

  // A token of its own for each request: the sandbox's clock, by which tokens expire, may have been put forward.
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${await operatorTokens(url, wallClock).token()}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    url,
    ask,
    breaks: async (...rules) => void (await ask('PUT', '/_sandbox/faults', rules)),
    async left(project = 'demo-project') {
      // Whoever may not read sees nothing, which is not the same as that nothing is there.
      await ask('DELETE', '/_sandbox/faults');
      const [found, buckets] = await Promise.all([inventory(http, project), listBuckets(http, project, '')]);
      return [...found.map(({ type, name }) => `${type} ${name}`), ...buckets.map(({ name }) => `bucket ${name}`)];
    },
  };
}
