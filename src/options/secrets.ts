import type { Options } from './read.ts';

// Metadata is readable on the machines, but that is no reason to have it in logs.
const secretKey = /secret|token|passw|credential|private|api[-_]?key/i;

/** The values of METADATA that look like secrets by their key, to be cut out of every text (see redact.ts). */
export function secretTexts({ metadata }: Pick<Options, 'metadata'>): string[] {
  return Object.entries(metadata)
    .filter(([key]) => secretKey.test(key))
    .map(([, value]) => value);
}
