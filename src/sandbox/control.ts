import { z } from 'zod';

import type { FaultPlan } from './fault-plan.ts';
import { ApiError, defineService } from './service.ts';
import type { ServiceDefinition } from './service.ts';

/** The sandbox's own API, without a token: what goes wrong from now on. `id` tells one running sandbox from another. */
export function control(plan: FaultPlan, id: string): ServiceDefinition {
  return defineService({
    host: 'sandbox',
    mount: '/_sandbox',
    open: true,
    notModelled: [],
    routes: {
      'GET /id': () => ({ id }),
      'GET /faults': () => plan.list(),
      'PUT /faults': ({ body }) => checked(() => plan.replace(body ?? [])) ?? plan.list(),
      'POST /faults': ({ body }) => checked(() => plan.add(Array.isArray(body) ? body : [body])) ?? plan.list(),
      'DELETE /faults': () => plan.replace([]),
    },
  });
}

function checked(change: () => void): undefined {
  try {
    change();
  } catch (error) {
    if (error instanceof z.ZodError) throw new ApiError(400, 'invalid', z.prettifyError(error));
    throw error;
  }
}
