import { ApiError } from '../../service.ts';

// What is wanted of an object, by field; undefined is all of it.
type Selection = Map<string, Selection | undefined>;

/**
 * The part of an answer that the query's `fields` asks for: `items(name,disks/source),nextPageToken`, with `*` for any
 * name. Names that the answer does not have are left out; Google refuses those that no answer of the kind can have.
 * https://cloud.google.com/compute/docs/api/how-tos/performance#partial-response — throws 400 `invalidParameter`.
 */
export function onlyFields(answer: unknown, fields: string | undefined): unknown {
  return fields ? pick(answer, parse(fields)) : answer;
}

function pick(value: unknown, wanted: Selection | undefined): unknown {
  if (wanted === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => pick(element, wanted));
  const picked: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const key = wanted.has(name) ? name : '*';
    if (wanted.has(key)) picked[name] = pick(part, wanted.get(key));
  }
  return picked;
}

function parse(text: string): Selection {
  const tokens = text.match(/[A-Za-z0-9_*.-]+|[,/()]|\S/g) ?? [];
  let next = 0;

  function list(into: Selection): void {
    do {
      field(into);
    } while (tokens[next] === ',' && (next += 1));
  }
  function field(into: Selection): void {
    const name = tokens[next];
    if (name === undefined || !/^[\w*]/.test(name)) throw invalidSelection(text);
    next += 1;
    const opener = tokens[next];
    if (opener !== '/' && opener !== '(') {
      into.set(name, undefined);
      return;
    }
    next += 1;
    // `a/b,a/c` selects both; what was wanted whole stays whole.
    const inner = into.get(name) ?? new Map<string, Selection | undefined>();
    if (!into.has(name) || into.get(name)) into.set(name, inner);
    if (opener === '/') {
      field(inner);
      return;
    }
    list(inner);
    if (tokens[next] !== ')') throw invalidSelection(text);
    next += 1;
  }

  const selection: Selection = new Map();
  list(selection);
  if (next < tokens.length) throw invalidSelection(text);
  return selection;
}

function invalidSelection(text: string): ApiError {
  return new ApiError(400, 'invalidParameter', `Invalid field selection ${text}`);
}
