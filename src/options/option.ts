import type { z } from 'zod';

/** Groups of the help and of docs/variables.md, in the order they are shown. */
export const groups = [
  'required',
  'machines',
  'image and disks',
  'network',
  'files and start-up',
  'storage',
  'services',
  'life time',
  'run',
] as const;

/** One entry of the table: an environment variable with its flag, its schema and its words. */
export interface Option {
  env: string;
  /** Former names (seed 003 and the original's versions) that keep working. */
  aliases?: readonly string[];
  schema: z.ZodType;
  group: (typeof groups)[number];
  /** One line, for the help and the example file. */
  summary: string;
  /** What is allowed, in words, for the error text and the docs. */
  allowed: string;
  /** How the default reads to people, where it is derived and not a constant. */
  defaultText?: string;
  example: string;
  /** The value is cut out of every text. */
  secret?: boolean;
  /** Actions that cannot do without it; empty or left out = never required. */
  neededBy?: readonly string[];
}
