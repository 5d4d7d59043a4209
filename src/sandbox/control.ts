import * as z from 'zod';

import { recordChanges, recordedChanges } from './changes.ts';
import { controlHost } from './control-host.ts';
import type { FaultPlan } from './fault-plan.ts';
import { jsonBody } from './services/json-body.ts';
import { ledger } from './ledger.ts';
import { plantLeftovers } from './leftovers.ts';
import { ApiError, defineService } from './service.ts';
import type { Request, ServiceDefinition } from './service.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What is kept of the clock, under `clock` in the store. */
export interface ClockState {
  /** Milliseconds by which it is ahead of the clock on the wall. */
  ahead: number;
}

const Advance = z.strictObject({ advance: z.number().nonnegative() });

/** The sandbox's own API, and who uses it beside us. */
export interface Control {
  service: ServiceDefinition;
  /** Resolves when no other process is attached any more. */
  alone(): Promise<void>;
}

/** Makes the API under `/_sandbox`, which needs no token. `id` tells one running sandbox from another. */
export function createControl(plan: FaultPlan, clock: VirtualClock, id: string): Control {
  let attached = 0;
  let waiting: (() => void)[] = [];

  // Answers when the other process goes away, which is when its connection ends.
  async function attach({ signal }: Request): Promise<void> {
    attached += 1;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    attached -= 1;
    if (attached > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  async function change(request: Request, take: (rules: unknown) => void): Promise<object> {
    const rules = [request.body ?? []].flat();
    checked(() => take(rules));
    await plantLeftovers(
      request,
      plan.list().map(({ rule }) => rule),
    );
    return plan.list();
  }

  function advance({ store, body }: Request): object {
    clock.advance(jsonBody(Advance, body).advance);
    store.put('clock', '', { ahead: clock.ahead() } satisfies ClockState);
    return shownClock();
  }
  function shownClock(): object {
    return { now: new Date(clock.now()).toISOString(), ahead: clock.ahead() };
  }

  return {
    alone: () => (attached === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    service: defineService({
      host: controlHost,
      mount: '/_sandbox',
      open: true,
      notModelled: [],
      routes: {
        'GET /id': () => ({ id }),
        'GET /attach': attach,
        'GET /faults': () => plan.list(),
        'PUT /faults': (request) => change(request, (rules) => plan.replace(rules)),
        'POST /faults': (request) => change(request, (rules) => plan.add(rules)),
        'GET /clock': shownClock,
        'POST /clock': advance,
        'GET /changes': ({ store }) => recordedChanges(store),
        'PUT /changes': ({ store }) => recordChanges(store),
        'GET /ledger': ({ store, query }) => ledger(store, query['project']),
        'DELETE /faults': async (request) => void (await change(request, () => plan.replace([]))),
      },
    }),
  };
}

function checked(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (error instanceof z.ZodError) throw new ApiError(400, 'invalid', z.prettifyError(error));
    throw error;
  }
}
