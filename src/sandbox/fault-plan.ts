import { createHash } from 'node:crypto';

import type { Clock } from '../core/clock.ts';
import { wallClock } from '../core/clock.ts';
import { OperationError } from './operation-error.ts';
import type { Breakage, Faults, HttpCall, HttpFault, MachineFault } from './faults.ts';
import { isChange } from './changes.ts';
import { FaultRules } from './fault-rules.ts';
import type { FaultRule, FaultRuleInput } from './fault-rules.ts';
import { reasonOf } from './status.ts';

/** A plan whose rules can be changed while the sandbox runs. */
export interface FaultPlan extends Faults {
  /** Checks `rules` and takes them instead of the present ones. Throws a ZodError that names the wrong line. */
  replace(rules: unknown): void;
  /** Checks `rules` and puts them behind the present ones, which go on counting. */
  add(rules: unknown): void;
  /** The rules, each with how many times it matched and how many times it fired. */
  list(): { rule: FaultRule; matched: number; fired: number }[];
}

interface Counted {
  rule: FaultRule;
  matched: number;
  fired: number;
  /** The time from which on it does not fire any more. */
  end: number;
}

type Subject = Exclude<
  FaultRule extends infer Rule ? (Rule extends unknown ? keyof Rule : never) : never,
  'times' | 'until' | 'then'
>;
type RuleOf<Key extends Subject> = Extract<FaultRule, Record<Key, unknown>>;

/** A plan with the given rules (none: nothing goes wrong); `until` is counted on `clock` from the moment a rule is taken. */
export function createFaultPlan(rules: readonly FaultRuleInput[] = [], clock: Clock = wallClock): FaultPlan {
  let counted: Counted[] = [];

  // Counts a match of the rule; answers whether it fires.
  function fires(entry: Counted): boolean {
    entry.matched += 1;
    const { rule } = entry;
    if (clock.now() >= entry.end) return false;
    const nth = 'match' in rule ? rule.match.nth : 'operation' in rule ? rule.operation.nth : undefined;
    if (nth !== undefined && entry.matched !== nth) return false;
    if ('match' in rule && !isChosen(rule.match, entry.matched)) return false;
    const times = 'times' in rule ? rule.times : undefined;
    if (times !== undefined && entry.fired >= times) return false;
    entry.fired += 1;
    return true;
  }
  function* firing<Key extends Subject>(key: Key, matches: (rule: RuleOf<Key>) => boolean): Generator<RuleOf<Key>> {
    for (const entry of counted) {
      if (!(key in entry.rule)) continue;
      const rule = entry.rule as RuleOf<Key>;
      if (matches(rule) && fires(entry)) yield rule;
    }
  }
  function first<Key extends Subject>(key: Key, matches: (rule: RuleOf<Key>) => boolean): RuleOf<Key> | undefined {
    return firing(key, matches).next().value as RuleOf<Key> | undefined;
  }

  const plan: FaultPlan = {
    replace(next) {
      counted = count(next, clock.now());
    },
    add(more) {
      counted = [...counted, ...count(more, clock.now())];
    },
    list: () => counted.map(({ rule, matched, fired }) => ({ rule, matched, fired })),
    stockout: (zone, machineType) =>
      first('stockout', (rule) => has(rule.stockout.zone, zone) && has(rule.stockout.machineType, machineType))
        ?.stockout,
    quota: (region, metric) =>
      first('quota', (rule) => rule.quota.region === region && rule.quota.metric === metric)?.quota.limit,
    machine(name) {
      const { name: _pattern, ...fault } = first('machine', (rule) => has(rule.machine.name, name))?.machine ?? {};
      return fault satisfies MachineFault;
    },
    operation({ type, target }) {
      const rule = first(
        'operation',
        ({ operation }) => (operation.type ?? type) === type && has(operation.target, target),
      )?.operation;
      if (!rule) return undefined;
      const { error, never, latency } = rule;
      return {
        ...(error ? { error: new OperationError(error.code, error.message, error.details, error.status) } : {}),
        ...(never ? { never } : {}),
        ...(latency === undefined ? {} : { latency }),
      };
    },
    foreignFirewall(network) {
      const rule = first('foreignFirewall', ({ foreignFirewall }) => has(foreignFirewall.network, network));
      return rule && { name: rule.foreignFirewall.name };
    },
    http(call) {
      const fault: HttpFault = {};
      for (const { then } of firing('match', (rule) => isMatch(rule, call))) add(fault, then);
      return fault;
    },
  };
  plan.replace(rules);
  return plan;
}

function count(rules: unknown, now: number): Counted[] {
  return FaultRules.parse(rules).map((rule) => {
    const until = 'until' in rule ? rule.until : undefined;
    return { rule, matched: 0, fired: 0, end: until === undefined ? Infinity : now + until };
  });
}

// By a hash of the seed and the place in the row: no state to keep, and the same every time.
function isChosen({ share = 1, seed = 0 }: RuleOf<'match'>['match'], place: number): boolean {
  if (share === 1) return true;
  const digest = createHash('sha256').update(`${seed} ${place}`).digest();
  return digest.readUInt32BE() / 2 ** 32 < share;
}

function isMatch({ match }: RuleOf<'match'>, call: HttpCall): boolean {
  const service = match.service ?? call.service;
  return (
    (service === call.service || call.service.startsWith(`${service}.`)) &&
    (match.method ?? call.method) === call.method &&
    (match.changes === undefined || isChange(call)) &&
    has(match.path, call.url) &&
    has(match.principal, call.principal)
  );
}

// Delays add up; of the breakages at one moment the first counts.
function add(fault: HttpFault, then: RuleOf<'match'>['then']): void {
  if ('delay' in then) fault.delay = (fault.delay ?? 0) + then.delay;
  else if ('reset' in then) fault[then.reset === 'after' ? 'after' : 'before'] ??= { connection: 'reset' };
  else if ('drop' in then) fault[then.drop] ??= { connection: 'drop' };
  else if ('stall' in then) fault[then.stall] ??= { connection: 'stall' };
  else if ('cutAfter' in then || 'slow' in then) fault.after ??= then;
  else if ('taken' in then) fault.taken = true;
  else fault[then.when] ??= answer(then);
}

function answer(then: Extract<RuleOf<'match'>['then'], { status: number }>): Breakage {
  const { status, reason = reasonOf(status), message = reason, details = [], headers = {} } = then;
  return { status, reason, message, details, headers };
}

function has(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern).test(text);
}
