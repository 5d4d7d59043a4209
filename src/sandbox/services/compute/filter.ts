import { ApiError } from '../../service.ts';

type Test = (value: object) => boolean;

/**
 * A test for the `filter` of list methods: `labels.env=prod`, `name = "x"`, `name eq 'vm-.*'`, `status != RUNNING`,
 * `name:prefix*`, `labels.key:*`, `(…) AND (…)`, `OR`, `NOT`; terms side by side are ANDed.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/list (filter)
 */
export function parseFilter(filter: string | undefined): Test {
  const tokens = [...(filter ?? '').matchAll(token)].map(([text]) => text);
  let next = 0;

  function any(): Test {
    const tests = [all()];
    while (tokens[next] === 'OR') {
      next += 1;
      tests.push(all());
    }
    return (value) => tests.some((test) => test(value));
  }
  function all(): Test {
    const tests = [one()];
    while (next < tokens.length && tokens[next] !== 'OR' && tokens[next] !== ')') {
      if (tokens[next] === 'AND') next += 1;
      tests.push(one());
    }
    return (value) => tests.every((test) => test(value));
  }
  function one(): Test {
    const first = take();
    if (first === 'NOT' || first === '-') {
      const test = one();
      return (value) => !test(value);
    }
    if (first === '(') {
      const test = any();
      if (take() !== ')') throw invalidFilter(filter);
      return test;
    }
    const operator = tokens[next] ?? '';
    if (!operators.has(operator)) throw invalidFilter(filter);
    next += 1;
    return compare(unquoted(first), operator, unquoted(take()));
  }
  function take(): string {
    const text = tokens[next];
    if (text === undefined) throw invalidFilter(filter);
    next += 1;
    return text;
  }

  if (tokens.length === 0) return () => true;
  const test = any();
  if (next < tokens.length) throw invalidFilter(filter);
  return test;
}

const token =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]|-(?=[A-Za-z(])|!=|<=|>=|[=<>:]|[^\s()=<>:!"']+(?::\/\/[^\s()"']+)?/g;
const operators = new Set(['=', '!=', '<', '<=', '>', '>=', ':', 'eq', 'ne']);

function compare(field: string, operator: string, wanted: string): Test {
  return (value) => {
    const found = fieldValues(value, field);
    switch (operator) {
      case '=':
        return found.some((one) => sameText(one, wanted));
      case '!=':
        return !found.some((one) => sameText(one, wanted));
      case ':':
        return found.some((one) => hasPattern(one, wanted));
      case 'eq':
        return found.some((one) => wholeMatch(one, wanted));
      case 'ne':
        return !found.some((one) => wholeMatch(one, wanted));
      default:
        return found.some((one) => inOrder(one, operator, wanted));
    }
  };
}

function fieldValues(value: unknown, field: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => fieldValues(one, field));
  if (field === '')
    return value === undefined || value === null ? [] : [typeof value === 'object' ? '' : String(value)];
  if (typeof value !== 'object' || value === null) return [];
  // A label's key may hold dots, so the longest part that is a key is tried first.
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const part = (value as Record<string, unknown>)[field.slice(0, end).replaceAll(/["']/g, '')];
    if (part !== undefined) return fieldValues(part, field.slice(end + 1));
  }
  return [];
}

function sameText(found: string, wanted: string): boolean {
  return found === wanted;
}

function hasPattern(found: string, wanted: string): boolean {
  if (wanted === '*') return true;
  const words = wanted.split('*').map((word) => word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  // Without a star the operator asks for a whole word inside the value.
  const pattern = words.length > 1 ? `^${words.join('.*')}$` : `(^|[^a-z0-9])${words[0]}($|[^a-z0-9])`;
  return new RegExp(pattern, 'i').test(found);
}

function wholeMatch(found: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(found);
  } catch {
    throw new ApiError(400, 'invalid', `Invalid value for field 'filter': '${pattern}'. Invalid regular expression.`);
  }
}

function inOrder(found: string, operator: string, wanted: string): boolean {
  const [a, b] = Number.isNaN(Number(wanted)) ? [found, wanted] : [Number(found), Number(wanted)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(["'])/g, '$1') : text;
}

function invalidFilter(filter: string | undefined): ApiError {
  return new ApiError(
    400,
    'invalid',
    `Invalid value for field 'filter': '${filter ?? ''}'. Invalid list filter expression.`,
  );
}
