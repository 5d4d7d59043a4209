import * as z from 'zod';

const StateDocument = z.object({
  lineage: z.string(),
  serial: z.number(),
  resources: z.array(z.unknown()).default([]),
});

/** What matters of a state here: which history it belongs to, and how new it is in it. */
export type StateDocument = z.output<typeof StateDocument>;

/** Reads a state; `undefined` for a text that is none (a file that was cut off). */
export function parseState(text: string): StateDocument | undefined {
  try {
    return StateDocument.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
