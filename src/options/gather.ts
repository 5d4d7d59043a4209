import { editDistance } from '../core/suggest.ts';
import { formerNames } from './former-names.ts';
import type { FormerName } from './former-names.ts';
import { shown } from './mistakes.ts';
import type { Mistake } from './mistakes.ts';
import { tableEntries } from './table.ts';
import { isOfSurroundings, unknownName } from './unknown-names.ts';

/** The texts of the options before anything is checked, by the name of their variable. */
export interface Sources {
  texts: Map<string, string>;
  mistakes: Mistake[];
  notes: string[];
  /** Variables of the env file that are for others. */
  surroundings: Record<string, string>;
}

/** Where texts come from. */
export interface Given {
  flags: ReadonlyMap<string, string>;
  environment: Readonly<Record<string, string | undefined>>;
  envFile: ReadonlyMap<string, string>;
}

const names = tableEntries.map(([, option]) => option.env);
const known = [...names, ...Object.keys(formerNames)];
const verbatim = new Set(tableEntries.filter(([, option]) => option.kind.verbatim).map(([, option]) => option.env));

/**
 * Lays flags over the environment over the env file, and reads the names of former versions. An empty text is no text. A
 * name that is nearly one of ours is a mistake; all other variables of the environment are none of our business. In an
 * env file every name is meant for us, so that one without effect is a mistake.
 */
export function gatherTexts({ flags, environment, envFile }: Given): Sources {
  const result: Sources = { texts: new Map(), mistakes: [], notes: [], surroundings: {} };
  const variables = new Map(envFile);
  for (const [name, text] of Object.entries(environment)) {
    const inFile = envFile.get(name);
    if (text === undefined || text === '') continue;
    if (inFile !== undefined && inFile !== text && names.includes(name)) {
      result.notes.push(`${name} of the environment wins over that of the env file`);
    }
    variables.set(name, text);
  }
  for (const name of names) {
    const variable = variables.get(name);
    const text = flags.get(name) ?? (variable === undefined ? '' : unquoted(variable, verbatim.has(name)));
    if (text !== '') result.texts.set(name, text);
  }
  for (const [name, text] of variables) {
    const former = Object.hasOwn(formerNames, name) ? formerNames[name] : undefined;
    if (text === '') continue;
    if (former) readFormer({ name, former, text }, result);
    else if (names.includes(name)) continue;
    else if (!envFile.get(name)) result.mistakes.push(...typingError(name, result.texts));
    else if (isOfSurroundings(name)) result.surroundings[name] = envFile.get(name) ?? '';
    else result.mistakes.push(unknownName(name, result.texts));
  }
  return result;
}

// `docker run --env-file` keeps quotes that a shell would have taken off: ZONE="us-central1-f" arrives with them.
function unquoted(text: string, keep: boolean): string {
  const inside = keep ? undefined : /^\s*(["'])([^]*)\1\s*$/.exec(text)?.[2];
  return inside ?? (keep ? text : text.trim());
}

function readFormer({ name, former, text }: { name: string; former: FormerName; text: string }, result: Sources): void {
  if ('gone' in former) {
    result.notes.push(`${name} has no effect any more: ${former.gone}`);
  } else if ('refused' in former) {
    result.mistakes.push({ option: name, given: text, reason: `cannot be used: ${former.refused}` });
  } else {
    const plain = unquoted(text, verbatim.has(former.now));
    const value = former.value ? former.value(plain) : plain;
    const already = result.texts.get(former.now);
    if (already !== undefined && already !== value) {
      result.mistakes.push({
        option: name,
        reason: `is the former name of ${former.now}, which has another value; leave one out`,
      });
    } else {
      result.notes.push(
        `${name} is now called ${former.now}${former.value ? ` (${former.now}=${shown(value).slice(1, -1)})` : ''}`,
      );
      result.texts.set(former.now, value);
    }
  }
}

// Set by many tools, and a letter away from WORK_DIR.
const notOurs = new Set(['WORKDIR']);

function typingError(name: string, texts: ReadonlyMap<string, string>): Mistake[] {
  if (name.length < 5 || notOurs.has(name) || !/^[A-Z][A-Z0-9_]*$/.test(name)) return [];
  const limit = name.length < 8 ? 1 : 2;
  const meant = known.find((candidate) => editDistance(name, candidate, limit) <= limit);
  // Where the right one is there too, this one is likely to be somebody else's.
  if (meant === undefined || texts.has(meant)) return [];
  return [{ option: name, reason: 'is not an option', suggestion: meant }];
}
