import * as z from 'zod';

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
  /** Only requests that change something: no GET, and no question that is asked with POST. */
  changes: z.literal(true).optional(),
  /** Against path and query, unescaped: `name=.*tflock`. */
  path: Pattern.optional(),
  principal: Pattern.optional(),
  /** Only the nth of the requests that match otherwise (1 is the first). */
  nth: Count.optional(),
  /** Only this share of them (0.1: one in ten), chosen at random; the same `seed` chooses the same ones. */
  share: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
});

const Then = oneOf({
  status: z.strictObject({
    status: z.number().int().min(300).max(599),
    reason: z.string().optional(),
    message: z.string().optional(),
    details: z.array(z.record(z.string(), z.unknown())).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** `after`: the work is done all the same. */
    when: Moment.default('before'),
  }),
  delay: z.strictObject({ delay: Milliseconds }),
  reset: z.strictObject({ reset: z.union([z.literal(true), Moment]) }),
  drop: z.strictObject({ drop: Moment }),
  stall: z.strictObject({ stall: Moment }),
  taken: z.strictObject({ taken: z.literal(true) }),
  slow: z.strictObject({ slow: Count }),
  cutAfter: z.strictObject({ cutAfter: z.number().int().nonnegative() }),
});

const times = { times: Count.optional(), until: Milliseconds.optional() };

const subjects = {
  // eslint-disable-next-line unicorn/no-thenable -- it is a word of the file format and never a function
  match: z.strictObject({ match: Match, then: Then, ...times }),
  stockout: z.strictObject({
    stockout: z.strictObject({
      zone: Pattern.optional(),
      machineType: Pattern.optional(),
      zonesAvailable: z.array(z.string()).default([]),
    }),
    ...times,
  }),
  quota: z.strictObject({
    quota: z.strictObject({ region: z.string(), metric: z.string(), limit: z.number().nonnegative() }),
    ...times,
  }),
  operation: z.strictObject({
    operation: z.strictObject({
      type: z.string().optional(),
      target: Pattern.optional(),
      /** Only the nth of those that match otherwise. */
      nth: Count.optional(),
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
  machine: z.strictObject({
    machine: z.strictObject({
      name: Pattern.optional(),
      scriptFails: z.number().int().min(1).max(255).optional(),
      silent: z.boolean().optional(),
      gpus: z.number().int().nonnegative().optional(),
      preemptedAfter: Milliseconds.optional(),
    }),
    ...times,
  }),
  foreignFirewall: z.strictObject({
    foreignFirewall: z.strictObject({ network: Pattern.optional(), name: z.string().default('aet-uscentral1-allow') }),
    ...times,
  }),
  strangersBucket: z.strictObject({
    strangersBucket: z.strictObject({ name: z.string(), readable: z.boolean().default(false) }),
  }),
  deniedPermission: z.strictObject({
    /** `compute.firewalls.delete`; `*` stands for any characters. */
    deniedPermission: z.strictObject({ permission: z.string() }),
  }),
  disabledApi: z.strictObject({
    /** `file.googleapis.com` */
    disabledApi: z.strictObject({ api: z.string() }),
  }),
  leftLock: z.strictObject({
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
};

/** What a rule can be about. */
export type FaultSubject = keyof typeof subjects;

/** One rule of a fault plan: exactly one subject, how often it fires (left out: always), and for how many milliseconds. */
export type FaultRule = z.output<(typeof subjects)[FaultSubject]>;

/** A rule as it is written down: what has a default may be left out. */
export type FaultRuleInput = z.input<(typeof subjects)[FaultSubject]>;

/** A fault plan as a file or the control API gives it. */
export const FaultRules = z.array(oneOf(subjects));

// Chooses the schema by the key that is there: a mistake is then told about that schema alone, as a union cannot.
function oneOf<Schemas extends Record<string, z.ZodType>>(
  schemas: Schemas,
): z.ZodType<z.output<Schemas[keyof Schemas]>, z.input<Schemas[keyof Schemas]>> {
  const names = Object.keys(schemas);
  return z.record(z.string(), z.unknown()).transform((value, context) => {
    const name = names.find((candidate) => candidate in value);
    const parsed = name === undefined ? undefined : schemas[name]?.safeParse(value);
    if (parsed?.success) return parsed.data;
    const found = Object.keys(value).join(', ') || 'nothing';
    const issues = parsed?.error.issues ?? [
      { message: `expected one of ${names.join(', ')}; found ${found}`, path: [] },
    ];
    for (const { message, path } of issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  }) as unknown as z.ZodType<z.output<Schemas[keyof Schemas]>, z.input<Schemas[keyof Schemas]>>;
}

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}
