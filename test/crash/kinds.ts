/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';

/** One way in which the kth call that changes something goes wrong. */
export interface Kind {
  name: string;
  /** Counted are requests, or operations that they begin. */
  counts: 'requests' | 'operations';
  rules(nth: number): FaultRuleInput[];
  /** What the world does at that moment: the run's host goes away, or a minute passes. */
  moment?: 'kill' | 'minute';
  /** Exit codes that the run may end with, beside 0: a run that ends with 0 must have done all of its work. */
  ends: readonly number[];
}

const stockout = {
  code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
  message:
    "The zone 'projects/p/zones/us-central1-a' does not have enough resources available to fulfill the request. '(resource type:compute)'.",
  status: 503,
};
const quota = {
  code: 'QUOTA_EXCEEDED',
  message: "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.",
  status: 403,
};

/** Every kind of fault of the crash matrix. */
export const kinds: readonly Kind[] = [
  request('SIGKILL before', { stall: 'before' }, [], 'kill'),
  request('SIGKILL after', { stall: 'after' }, [], 'kill'),
  request('503 before', { status: 503, reason: 'backendError' }, [75, 40]),
  request('503 after', { status: 503, reason: 'backendError', when: 'after' }, [75, 40]),
  request('dropped before', { drop: 'before' }, [75, 40]),
  request('dropped after', { drop: 'after' }, [75, 40]),
  request('a minute before the answer', { delay: 60_000 }, [75, 40], 'minute'),
  request('401', { status: 401, reason: 'authError', message: 'Invalid Credentials' }, [10]),
  request('403', { status: 403, reason: 'forbidden', message: "Required 'x.y.z' permission for 'it'" }, [11]),
  request('429', { status: 429, reason: 'rateLimitExceeded', message: 'Rate Limit Exceeded' }, [75, 40]),
  request(
    '409, and it is ours',
    { status: 409, reason: 'alreadyExists', message: 'already exists', when: 'after' },
    [40, 75, 26],
  ),
  request('409, and it is a stranger’s', { taken: true }, [26]),
  operation('operation ends with a stock-out', stockout, [21]),
  operation('operation ends with a quota', quota, [20]),
];

type Then = Extract<FaultRuleInput, { match: unknown }>['then'];
type Failure = NonNullable<Extract<FaultRuleInput, { operation: unknown }>['operation']['error']>;

function request(name: string, then: Then, ends: readonly number[], moment?: Kind['moment']): Kind {
  const rules = (nth: number): FaultRuleInput[] => [{ match: { changes: true, nth }, then }];
  return { name, counts: 'requests', rules, ends, ...(moment ? { moment } : {}) };
}

function operation(name: string, error: Failure, ends: readonly number[]): Kind {
  return { name, counts: 'operations', rules: (nth) => [{ operation: { nth, error } }], ends };
}
