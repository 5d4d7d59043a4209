import * as z from 'zod';

import type { Records } from './records.ts';

const name = 'intent.json';
const Intent = z.object({
  /** One run of the program. */
  run: z.string(),
  uuid: z.string(),
  action: z.string(),
  /** Destroy everything when the run ends, however it ends. */
  cleanup: z.boolean(),
  /** UTC time at which Google itself deletes the machines, if one is set. */
  deadline: z.string().optional(),
  started: z.string(),
  resources: z.array(z.object({ address: z.string(), type: z.string(), name: z.string() })),
});

/** What a run is about to make, written down before the first call that changes anything. */
export type Intent = z.output<typeof Intent>;

/** Writes the intent down; nothing may be created before this has returned. */
export async function declareIntent(records: Records, intent: Intent): Promise<void> {
  await records.write(name, intent);
}

/** The intent of a run that did not end in good order; undefined when every run did. */
export function readIntent(records: Records): Promise<Intent | undefined> {
  return records.read(name, Intent);
}

/** Everything that was intended exists, or all of it is gone: there is nothing left to remember. */
export function fulfilIntent(records: Records): Promise<void> {
  return records.remove(name);
}
