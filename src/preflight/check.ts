import type { MachineType } from '../catalog/machine-types.ts';
import type { Cloud } from '../google/cloud.ts';
import type { GoogleHttp } from '../google/http.ts';
import type { Options } from '../options/read.ts';

/** What a check may ask, and of whom. */
export interface CheckContext {
  options: Options;
  cloud: Cloud;
  http: GoogleHttp;
  /** What the catalog knows of VM_TYPE; undefined for types that only the live API knows. */
  machine: MachineType | undefined;
  /** Machines of this deployment that exist already: they are in use of the quota and need no more of it. */
  existing: number;
  /** Zone of the machines that exist already. */
  zone: string | undefined;
  signal?: AbortSignal | undefined;
}

/** An answer that the user should hear of, although nothing is refused. */
export interface Advice {
  /** A few words, as a plain answer has. */
  answer: string;
  level: 'info' | 'warn';
  /** Constant wording. */
  text: string;
  data: Readonly<Record<string, unknown>> & { detail: string };
}

/** A named question that is asked before anything is created; SKIP_CHECKS leaves it out by name. */
export interface Check {
  name: string;
  /** What it asks, for --help and doctor. */
  summary: string;
  /** It asks about a zone; every create has one, doctor need not be given any. */
  ofZone?: true;
  /** Answers a few words for the report, or an advice. Throws the fault that says what is wrong. */
  ask(context: CheckContext): Promise<string | Advice>;
}
