/**
 * Long texts of a journal, each written once however often it comes again: a thousand machines carry the same start-up
 * script. In the values a mark stands for such a text: its number in the order in which the texts were written.
 */
export interface SharedTexts {
  /** Writes values as JSON with marks; `fresh` are the texts that are new and must be written with it. */
  pack(value: object): { json: string; fresh: string[] };
  /** The texts were written (or read): from now on their marks stand for them. */
  add(texts: readonly string[]): void;
  /** Puts the texts back in place of their marks, inside `value`. */
  unpack(value: object): void;
}

// Shorter texts (characters) cost less than the search for them.
const long = 1_024;
// What begins a mark. Texts that begin with it are so rare that they are shared whatever their length.
const sign = '\u0001';

/** Begins with no texts. */
export function createSharedTexts(): SharedTexts {
  const texts: string[] = [];
  const numbers = new Map<string, number>();

  return {
    pack(value) {
      const fresh: string[] = [];
      const added = new Map<string, number>();
      const marked = withMarks(value, (text) => {
        let number = numbers.get(text) ?? added.get(text);
        if (number === undefined) {
          number = texts.length + fresh.length;
          added.set(text, number);
          fresh.push(text);
        }
        return `${sign}${number}`;
      });
      return { json: JSON.stringify(marked), fresh };
    },
    add(more) {
      for (const text of more) numbers.set(text, texts.push(text) - 1);
    },
    unpack: (value) => replaceMarks(value, texts),
  };
}

// A copy only where there is something to replace. This is the way of every change into the journal: by keys and
// indexes it takes a quarter of the time that `for … in` takes, and JSON.stringify with a replacer is in between.
function withMarks(value: unknown, mark: (text: string) => string): unknown {
  if (typeof value === 'string') return value.length >= long || value.startsWith(sign) ? mark(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const isList = Array.isArray(value);
  const parts = value as Record<string | number, unknown>;
  const keys = isList ? undefined : Object.keys(value);
  const length = isList ? value.length : (keys?.length ?? 0);
  let copy: typeof parts | undefined;
  for (let index = 0; index < length; index += 1) {
    const key = keys?.[index] ?? index;
    const next = withMarks(parts[key], mark);
    if (next === parts[key]) continue;
    copy ??= (isList ? [...(value as unknown[])] : { ...value }) as typeof parts;
    copy[key] = next;
  }
  return copy ?? value;
}

function replaceMarks(value: object, texts: readonly string[]): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'object' && part !== null) replaceMarks(part as object, texts);
    else if (typeof part === 'string' && part.startsWith(sign))
      (value as Record<string, unknown>)[name] = texts[Number(part.slice(1))];
  }
}
