import * as z from 'zod';

import type { GroupFailure } from '../google/compute-machines.ts';

/** What a machine says of one of its duties. */
const Duty = z.object({
  state: z.enum(['running', 'done', 'failed', 'skipped']),
  code: z.number().default(0),
  seconds: z.number().default(0),
  detail: z.string().default(''),
  tail: z.string().default(''),
  /** For files: the sha256 of the manifest that this is about. */
  manifest: z.string().default(''),
});
const Status = z.object({ state: z.enum(['running', 'ready', 'failed']), duty: z.string().default('') });

type Duty = z.output<typeof Duty>;

/** One machine as it is now: what Google says of it, and what it says of itself. */
export interface MachineState {
  name: string;
  zone: string;
  /** Google's word: PROVISIONING, STAGING, RUNNING, STOPPING, TERMINATED … */
  status: string;
  /** The machine's own word; `silent` = it has not spoken yet. */
  state: 'silent' | 'running' | 'ready' | 'failed';
  /** Why Google does not make it; it asks again by itself. */
  refusal?: GroupFailure;
  /** The duty it is at, or that failed. */
  duty: string;
  duties: Readonly<Record<string, Duty>>;
}

/** Reads what a machine wrote as guest attributes; anything that is not of our form is as good as unsaid. */
export function readWords(
  attributes: Readonly<Record<string, string>>,
): Pick<MachineState, 'state' | 'duty' | 'duties'> {
  const duties: Record<string, Duty> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'status') continue;
    const duty = Duty.safeParse(json(value));
    if (duty.success) duties[key] = duty.data;
  }
  const status = Status.safeParse(json(attributes['status'] ?? ''));
  return { state: status.success ? status.data.state : 'silent', duty: status.data?.duty ?? '', duties };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
