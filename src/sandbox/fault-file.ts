import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import * as z from 'zod';

import { fail } from '../core/faults.ts';
import { FaultRules } from './fault-rules.ts';
import type { FaultRule } from './fault-rules.ts';

/** The rules in a YAML (or JSON) file: a list. Throws SANDBOX_FAULTS_WRONG. */
export function readFaultFile(path: string): FaultRule[] {
  try {
    return FaultRules.parse(parse(readFileSync(path, 'utf8')) ?? []);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw fail('SANDBOX_FAULTS_WRONG', { path, reason }, { cause: error });
  }
}
