import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { fail } from '../core/faults.ts';
import type { TokenSource } from '../google/cloud.ts';
import type { Endpoints } from '../google/endpoints.ts';
import { createControl } from './control.ts';
import type { ClockState } from './control.ts';
import { sandboxEndpoints } from './endpoints.ts';
import { createFaultPlan } from './fault-plan.ts';
import type { FaultRule } from './fault-rules.ts';
import { openFileContents } from './file-contents.ts';
import { openJournal } from './journal.ts';
import { plantLeftovers } from './leftovers.ts';
import { operatorTokens } from './operator-tokens.ts';
import { takeFolder } from './ownership.ts';
import type { Ownership } from './ownership.ts';
import { services as allServices } from './registry.ts';
import { startServer } from './server.ts';
import type { ServiceDefinition } from './service.ts';
import { usedContents } from './services/storage/used-contents.ts';
import { createStore } from './store.ts';
import { virtualClock } from './virtual-clock.ts';

/** Where the sandbox is kept, and how it behaves. */
export interface SandboxOptions {
  /** Folder of the store; made where it is not there. */
  dir: string;
  /** A file with fault rules. */
  faults?: string | undefined;
  /** 0 or nothing: any free port. */
  port?: number;
  /** Milliseconds that an operation takes. */
  latency?: number;
  clock?: Clock;
  /** The APIs to serve (default: all). */
  services?: readonly ServiceDefinition[];
  /** Aborted when closing must not wait for other processes that use this sandbox. */
  hurry?: AbortSignal;
}

/** A running sandbox, ours or another process's. */
export interface SandboxHandle extends AsyncDisposable {
  url: string;
  endpoints: Endpoints;
  tokens: TokenSource;
  /** Another process serves it: it came first and has the folder. */
  attached: boolean;
  /**
   * Ends it, once no other process uses it. An attached one is only let go. What it holds stays in the folder, and
   * work in progress goes on when it is opened again.
   */
  close(): Promise<void>;
}

/**
 * Opens the sandbox in a folder: serves it, or attaches to the process that does. Throws SANDBOX_FAULTS_WRONG for a
 * plan that cannot be read, SANDBOX_UNUSABLE for a folder that cannot.
 */
export async function openSandbox(options: SandboxOptions): Promise<SandboxHandle> {
  // Few have such a plan, and what reads YAML takes a while to load.
  const rules =
    options.faults === undefined ? undefined : (await import('./fault-file.ts')).readFaultFile(options.faults);
  const wall = options.clock ?? wallClock;
  let ownership: Ownership | undefined;
  try {
    mkdirSync(options.dir, { recursive: true });
    for (;;) {
      ownership = await takeFolder(options.dir, wall);
      if (ownership.own) return await serve(options, ownership, wall, rules);
      const attached = await attach(ownership.url, wall, rules);
      // Nobody is left there when the owner ended in this moment: then the folder is ours to take.
      if (attached) return attached;
    }
  } catch (error) {
    if (ownership?.own) ownership.release();
    throw fail('SANDBOX_UNUSABLE', { dir: options.dir, reason: (error as Error).message }, { cause: error });
  }
}

async function serve(
  options: SandboxOptions,
  ownership: Extract<Ownership, { own: true }>,
  wall: Clock,
  rules: FaultRule[] = [],
): Promise<SandboxHandle> {
  const journal = openJournal(join(options.dir, 'journal.jsonl'));
  const store = createStore(() => clock.now(), journal);
  // Its time never goes back, also when it is opened again.
  const clock = virtualClock(store.get<ClockState>('clock', '')?.ahead, wall);
  const contents = openFileContents(join(options.dir, 'contents'));
  contents.sweep(usedContents(store));
  const faults = createFaultPlan(rules, clock);
  const control = createControl(faults, clock, ownership.id);
  const server = await startServer({
    store,
    contents,
    faults,
    clock,
    services: [...(options.services ?? allServices), control.service],
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latency === undefined ? {} : { latency: options.latency }),
  });
  await plantLeftovers(server.world, rules);
  ownership.announce(server.url);
  return handle(server.url, wall, false, async () => {
    const hurry = aborted(options.hurry);
    await Promise.race([control.alone(), hurry]);
    // From here on newcomers wait for the folder; the ones that just came are waited for.
    ownership.announce();
    await Promise.race([control.alone(), hurry]);
    await server.close();
    journal.close();
    ownership.release();
  });
}

async function attach(url: string, clock: Clock, rules: FaultRule[] | undefined): Promise<SandboxHandle | undefined> {
  // Held open as long as we are here; the owner does not end before it does. Not fetch: that gives up after 5 minutes.
  const hold = get(`${url}/_sandbox/attach`).on('error', () => undefined);
  const [socket] = (await Promise.race([once(hold, 'socket'), once(hold, 'close')])) as [Socket?];
  socket?.unref();
  try {
    const method = rules ? 'PUT' : 'GET';
    const body = rules && JSON.stringify(rules);
    const response = await fetch(`${url}/_sandbox/faults`, { method, ...(body ? { body } : {}) });
    if (!response.ok) throw new Error(await response.text());
  } catch (error) {
    hold.destroy();
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return handle(url, clock, true, () => {
    hold.destroy();
    return Promise.resolve();
  });
}

function handle(url: string, clock: Clock, attached: boolean, end: () => Promise<void>): SandboxHandle {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  return {
    url,
    endpoints: sandboxEndpoints(url),
    tokens: operatorTokens(url, clock),
    attached,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
