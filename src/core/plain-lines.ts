import { stripVTControlCharacters } from 'node:util';

/**
 * The lines of a text that somebody else wrote, for a terminal or a log: without colours, cursor movements and other
 * control characters, so that a machine cannot write over what stands there.
 */
export function plainLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.replaceAll(/(?!\t)\p{Cc}/gu, ''));
}
