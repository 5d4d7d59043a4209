import { createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Redactor } from '../core/redact.ts';

/** The private log of one work directory: everything that terraform said, with the secrets cut out. */
export interface TerraformLog {
  path: string;
  /** `source` keeps apart what comes at the same time: a secret of many lines is followed in each. */
  line(text: string, source?: 'output' | 'errors'): void;
  close(): Promise<void>;
}

// Enough for a thousand runs; what is older goes into `terraform.log.old`.
const longest = 10 * 1024 * 1024;

/** Opens `terraform.log` (mode 0600) for more lines. A disk that is full costs the log, not the run. */
export function openLog(directory: string, redactor: Redactor, clock: Clock = wallClock): TerraformLog {
  const path = join(directory, 'terraform.log');
  rotate(path);
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  const clean = { output: redactor.lines(), errors: redactor.lines() };
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return {
    path,
    line(text, source = 'output') {
      if (!broken) stream.write(`${new Date(clock.now()).toISOString()} ${clean[source](text)}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        if (broken) resolve();
        else stream.end(resolve);
        stream.on('error', () => resolve());
      }),
  };
}

function rotate(path: string): void {
  try {
    if (statSync(path).size > longest) renameSync(path, `${path}.old`);
  } catch {
    // There is none yet, or it cannot be renamed: it goes on growing.
  }
}
