import type { Readable, Writable } from 'node:stream';

import type { Clock } from '../core/clock.ts';
import type { Report } from '../core/report.ts';
import type { Redactor } from '../core/redact.ts';
import type { Options } from '../options/read.ts';

/** What every action is given: plain values and the three things that reach outside. */
export interface Run {
  options: Options;
  report: Report;
  clock: Clock;
  redactor: Redactor;
  /** Aborted on the first SIGINT or SIGTERM. */
  stop: AbortSignal;
  /** Aborted on the second. */
  stopNow: AbortSignal;
  /** Columns of the terminal; undefined = a file or a pipe. */
  width: number | undefined;
  /** Our own environment, for children and credentials; options were already read from it. */
  environment: NodeJS.ProcessEnv;
  /** The words that start this program, for a child process. */
  program: readonly string[];
  /** Our own standard input and output, where they are what the action is about. */
  streams(): { input: Readable; output: Writable };
}

/** One ACTION: what it is called, what it needs, what it does. */
export interface Action {
  name: string;
  /** It only looks: whatever ends it, nothing was created or changed. */
  looks?: true;
  /** Answers the exit code; throws a fault for everything that ends it early. */
  run(run: Run): Promise<number>;
}
