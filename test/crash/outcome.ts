import type { LedgerEntry } from '../../src/sandbox/ledger.ts';
import type { Ended } from '../_support/program.ts';
import type { CrashCloud } from './cloud.ts';

/** One thing to try. The project is used by nobody else. */
export interface Case {
  name: string;
  play(cloud: CrashCloud, project: string): Promise<Outcome>;
}

/** A suite of cases; what they are may depend on how many calls an undisturbed run makes. */
export interface Suite {
  name: string;
  /** What is done to the program, in one line. */
  about: string;
  cases(cloud: CrashCloud): Promise<Case[]>;
  /** Its cases are many runs each, so they are played one after another. */
  alone?: true;
}

/** How a case ended. */
export interface Outcome {
  /** Exit codes of its runs, the disturbed one first (`null`: killed). */
  codes: (number | null)[];
  /** The faults that the disturbed run told. */
  faults: string[];
  /** After at most one more run everything is as it should be. */
  converged: boolean;
  /** What was still there at the very end, by the sandbox's ledger. */
  leftovers: string[];
  wrongCode: boolean;
  /** Seconds of the run that healed it. */
  heal?: number | undefined;
  /** Milliseconds from a signal to the line that says that it was heard. */
  acknowledged?: number | undefined;
  /** Milliseconds from the first signal to the end of the run. */
  stopped?: number | undefined;
  /** What the runs said, where something was wrong. */
  text: string;
}

/** A run and how long it took, in seconds. */
export async function timed(running: Promise<Ended>): Promise<Ended & { seconds: number }> {
  const began = performance.now();
  const ended = await running;
  return { ...ended, seconds: (performance.now() - began) / 1000 };
}

/** Puts an outcome together; the texts of the runs are kept only where something is wrong. */
export function outcome(
  runs: readonly Ended[],
  {
    leftovers,
    ...found
  }: Omit<Outcome, 'codes' | 'faults' | 'leftovers' | 'text'> & { leftovers: readonly LedgerEntry[] },
): Outcome {
  const fine = found.converged && !found.wrongCode && leftovers.length === 0;
  return {
    codes: runs.map(({ code }) => code),
    faults: runs[0]?.faults ?? [],
    ...found,
    leftovers: leftovers.map(({ kind, name }) => `${kind} ${name}`),
    text: fine ? '' : runs.map(({ text }) => text).join('\n--- the next run\n'),
  };
}
