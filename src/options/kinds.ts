import { counted } from '../core/count.ts';
import { suggest } from '../core/suggest.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

const switchWords: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  y: true,
  '1': true,
  no: false,
  false: false,
  off: false,
  n: false,
  '0': false,
};

/** yes or no; true, false, on, off, 1 and 0 of former versions are understood, in any case. */
export function yesNo(): Kind<boolean> {
  return {
    allowed: 'yes or no',
    words: ['yes', 'no'],
    isSwitch: true,
    parse(text) {
      const word = text.toLowerCase();
      if (!Object.hasOwn(switchWords, word)) throw new Refusal();
      return switchWords[word] === true;
    },
  };
}

/** One word of a list, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    allowed: `one of ${words.join(', ')}`,
    words,
    parse(text) {
      const word = words.find((known) => known.toLowerCase() === text.toLowerCase());
      if (word === undefined) throw new Refusal('', suggest(text, words));
      return word;
    },
  };
}

/** A whole number of at least `min` and at most `max`. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse(text) {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (!(number >= min && number <= max)) throw new Refusal();
      return number;
    },
  };
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time such as 90s, 30m, 36h, 7d or 1h30m; its value is in seconds. */
export function duration(min: string, max: string): Kind<number> {
  const [least, most] = [seconds(min), seconds(max)];
  return {
    allowed: `a time from ${min} to ${max}, written like 90s, 30m, 36h, 7d or 1h30m`,
    parse(text) {
      const value = seconds(text.toLowerCase());
      if (!(value >= least && value <= most)) throw new Refusal();
      return value;
    },
  };
}

function seconds(text: string): number {
  const parts = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text);
  if (parts === null || text === '') return Number.NaN;
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = parts;
  return Number(days) * unitSeconds.d + Number(hours) * unitSeconds.h + Number(minutes) * unitSeconds.m + Number(rest);
}

/** A text of a given form. */
export function matching(form: RegExp, allowed: string): Kind<string> {
  return {
    allowed,
    parse(text) {
      if (!form.test(text)) throw new Refusal();
      return text;
    },
  };
}

const mostItems = 100;

/** A list separated by commas, without repetitions and without gaps. */
export function listOf<Value>(item: Kind<Value>, allowed: string): Kind<Value[]> {
  return {
    allowed,
    ...(item.words ? { words: item.words } : {}),
    parse(text) {
      if (text === '') return [];
      const texts = text.split(',').map((part) => part.trim());
      // A comma at the end of a line that was once longer is no mistake.
      if (texts.length > 1 && texts.at(-1) === '') texts.pop();
      if (texts.length > mostItems)
        throw new Refusal(`has ${counted(texts.length, 'entry', 'entries')}; ${mostItems} are allowed`);
      const twice = texts.find((part, index) => texts.indexOf(part) !== index);
      if (twice !== undefined) throw new Refusal(`'${twice}' is there twice`);
      return texts.map((part) => parseItem(item, part));
    },
  };
}

function parseItem<Value>(item: Kind<Value>, text: string): Value {
  try {
    return item.parse(text);
  } catch (error) {
    if (!(error instanceof Refusal) || error.message !== '') throw error;
    throw new Refusal(`'${text}' is not ${item.allowed}`, error.suggestion);
  }
}

/** A path on this machine: of the container, that is. It is not looked up here. */
export function localPath(completes: 'file' | 'directory'): Kind<string> {
  return { allowed: `the path of a ${completes}`, completes, parse: (text) => text };
}

/** An absolute path on the machines of the cluster, without `.`, `..` and a slash at its end. */
export function machinePath(): Kind<string> {
  return { allowed: 'an absolute path such as /data', parse: parseMachinePath };
}

/** Reads an absolute path; throws a Refusal for a relative one, for `/` itself and for one that climbs. */
export function parseMachinePath(text: string): string {
  const parts = text.replace(/\/+$/, '').split('/').slice(1);
  const climbs = parts.some((part) => part === '' || part === '.' || part === '..');
  if (!text.startsWith('/') || parts.length === 0 || climbs || text.length > 1024) {
    throw new Refusal(`'${text}' is not an absolute path such as /data`);
  }
  return `/${parts.join('/')}`;
}

/** Any text, with its quotes and line breaks: what a shell shall run. */
export function verbatimText(allowed: string, maxBytes: number): Kind<string> {
  return {
    allowed,
    verbatim: true,
    parse(text) {
      const bytes = Buffer.byteLength(text);
      if (bytes > maxBytes) throw new Refusal(`is ${counted(bytes, 'byte')} long; ${maxBytes} are allowed`);
      if (text.includes('\0')) throw new Refusal('holds a NUL character');
      return text;
    },
  };
}
