import { z } from 'zod';

const Pattern = z
  .string()
  .refine(isPattern, 'not a regular expression')
  .describe('a regular expression that must match somewhere');
const Count = z.number().int().positive();
const Milliseconds = z.number().nonnegative();
const Moment = z.enum(['before', 'after']);

const Match = z.strictObject({
  /** `storage`, `compute`, … or the whole host. */
  service: z.string().optional(),
  method: z.string().toUpperCase().optional(),
  /** Against path and query, unescaped: `name=.*tflock`. */
  path: Pattern.optional(),
  principal: Pattern.optional(),
  /** Only the nth of the requests that match otherwise (1 is the first). */
  nth: Count.optional(),
});

const Then = z.union([
  z.strictObject({
    status: z.number().int().min(300).max(599),
    reason: z.string().optional(),
    message: z.string().optional(),
    details: z.array(z.record(z.string(), z.unknown())).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** `after`: the work is done all the same. */
    when: Moment.default('before'),
  }),
  z.strictObject({ delay: Milliseconds }),
  z.strictObject({ reset: z.union([z.literal(true), Moment]) }),
  z.strictObject({ drop: Moment }),
  z.strictObject({ stall: Moment }),
  z.strictObject({ cutAfter: z.number().int().nonnegative() }),
]);

const times = { times: Count.optional() };

/** One rule of a fault plan: exactly one subject, and how often it fires (left out: always). */
export const FaultRule = z.union([
  // eslint-disable-next-line unicorn/no-thenable -- it is a word of the file format and never a function
  z.strictObject({ match: Match, then: Then, ...times }),
  z.strictObject({
    stockout: z.strictObject({
      zone: Pattern.optional(),
      machineType: Pattern.optional(),
      zonesAvailable: z.array(z.string()).default([]),
    }),
    ...times,
  }),
  z.strictObject({
    quota: z.strictObject({ region: z.string(), metric: z.string(), limit: z.number().nonnegative() }),
    ...times,
  }),
  z.strictObject({
    operation: z.strictObject({
      type: z.string().optional(),
      target: Pattern.optional(),
      error: z
        .strictObject({
          code: z.string(),
          message: z.string(),
          details: z.array(z.record(z.string(), z.unknown())).default([]),
          status: z.number().int().default(400),
        })
        .optional(),
      never: z.boolean().optional(),
      latency: Milliseconds.optional(),
    }),
    ...times,
  }),
  z.strictObject({
    machine: z.strictObject({
      name: Pattern.optional(),
      scriptFails: z.number().int().min(1).max(255).optional(),
      silent: z.boolean().optional(),
      gpus: z.number().int().nonnegative().optional(),
      preemptedAfter: Milliseconds.optional(),
    }),
    ...times,
  }),
  z.strictObject({
    foreignFirewall: z.strictObject({ network: Pattern.optional(), name: z.string().default('aet-uscentral1-allow') }),
    ...times,
  }),
  z.strictObject({
    strangersBucket: z.strictObject({ name: z.string(), readable: z.boolean().default(false) }),
  }),
  z.strictObject({
    leftLock: z.strictObject({
      bucket: z.string(),
      /** The object's name: `…/terraform/state/default.tflock`. */
      object: z.string(),
      who: z.string().default('root@a-machine-that-is-gone'),
      operation: z.string().default('OperationTypeApply'),
      /** Milliseconds since it was taken. */
      age: Milliseconds.default(600_000),
    }),
  }),
]);

/** A fault plan as a file or the control API gives it. */
export const FaultRules = z.array(FaultRule);

export type FaultRule = z.output<typeof FaultRule>;

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}
